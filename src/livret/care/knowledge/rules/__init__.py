"""What is true of articles whoever asks: no Django, no clock."""
