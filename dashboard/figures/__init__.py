"""Result tables as Plotly figures; nothing else draws."""
