"""A service-hall system on Oncegate: `python -m examples.hall`, and the same with curl, `whole_case.sh`."""
