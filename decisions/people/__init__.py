"""Signing in: passwords, second factors, one-time links, sessions, and the guards by which a view asks who
somebody is and which roles they hold.
"""
