using System.Globalization;

namespace LifeCircle.Benchmarks;

/// <summary>What was measured, a line each, with its ratios to peers.</summary>
internal sealed class Table
{
    private readonly List<(string Name, string Value, string Ratios)> _rows = [];

    public void Add(string name, double value, string unit, params (string Of, double Ratio, double? Aim)[] ratios)
    {
        if (!double.IsNaN(value))
            _rows.Add((name, $"{value.ToString(value < 10 ? "0.00" : value < 1_000 ? "0.0" : "#,0", CultureInfo.InvariantCulture)} {unit}",
                string.Join(", ", ratios.Where(r => !double.IsNaN(r.Ratio)).Select(r => $"{r.Ratio:0.00} {r.Of}{(r.Aim is { } aim ? $" (aim {aim:0.0#})" : "")}"))));
    }

    public void Print()
    {
        Console.WriteLine();
        foreach (var (name, value, ratios) in _rows)
            Console.WriteLine($"{name,-60} {value,24}   {ratios}");
    }
}
