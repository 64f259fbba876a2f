"""The exam: forecasts of every war of the record, from every January, beside what a sceptic would say without a model."""
