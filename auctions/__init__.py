"""How a price is found; knows neither tenders nor catalog."""
