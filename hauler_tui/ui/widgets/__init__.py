"""Line-rendered building blocks that know nothing of feeds or issues."""
