"""A simulated fair: seekers, recruiters and a clerk who use a running server's HTTP and socket as browsers do.

`scene` writes what must be there before anyone comes, `browser` is one person's device, `seekers`, `recruiters`
and `clerks` are how people behave, `running` lets them live and reports. `manage.py simulate_fair` starts it.
"""
