"""Django's SQLite with a queue for writers; named as the ENGINE in settings.

SQLite lets one write at a time, and whoever finds it taken asks again after a sleep of up to 100 ms: whoever comes
meanwhile goes first. Under a steady rush some threads wait beyond any timeout ("database is locked") while the file
is idle half of the time. Within one process, which is how this store is served, writers queue instead.
"""
