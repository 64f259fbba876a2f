"""The words that every room reads alike, one frozen table a file: units, violence, kinds of incident, what an order may watch."""
