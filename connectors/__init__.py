"""The outside world: trackers and exported files that hold the boards, OKR tools, one HTTP seam."""
