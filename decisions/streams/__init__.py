"""Cases by the thousand, as `manage.py determine` reads and answers them, in one process or several."""
