"""Cases by the thousand, as `manage.py determine` reads and answers them."""
