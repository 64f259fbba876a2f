"""What the project knows of single countries beyond their scenarios; nothing outside this room names one of them."""
