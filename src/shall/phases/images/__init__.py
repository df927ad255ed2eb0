"""What is asked of a model of images, as they may be met."""
