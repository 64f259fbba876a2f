"""Speed and size of the engine, beside a plain NumPy and a Mesa version of one reduced model: `python run.py bench`."""
