"""A package, so that tests find one another under any name that other packages on the path may bear."""
