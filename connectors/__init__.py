"""The outside world: trackers that hold the boards, over one HTTP seam."""
