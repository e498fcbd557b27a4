"""One public function a chart: data in, figure with text alternative and table out."""
