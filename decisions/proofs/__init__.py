"""What is proved of every edition, and where two of them differ: certificates, which `manage.py prove`
writes.
"""
