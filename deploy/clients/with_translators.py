"""translators, which can be given the address of a server and still cannot ask this one: its Google client calls a remote
procedure of Google's own page, with tokens that it takes from the page's scripts. That is no service that others offer.
`programs.py` has the request of its older Google client."""

import unittest

raise unittest.SkipTest("translators calls the inner procedures of Google's own page, which no other server has")
