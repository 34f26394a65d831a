namespace LifeCircle.Testing;

/// <summary>What was checked, and what was not as it must be.</summary>
internal sealed class AccessTable
{
    private readonly List<string> _failures = [];
    private readonly Dictionary<string, int> _cells = [];

    public IReadOnlyList<string> Failures => _failures;

    /// <summary>A cell of the matrix.</summary>
    /// <param name="kind">Its column.</param>
    /// <param name="operation">Its row.</param>
    /// <param name="isRight">Whether it is as it must be.</param>
    /// <param name="fault">What else it is.</param>
    /// <param name="isCell">False for another look at the same answer.</param>
    public void Check(string kind, string operation, bool isRight, string fault, bool isCell = true)
    {
        if (isCell) _cells[kind] = _cells.GetValueOrDefault(kind) + 1;
        if (!isRight) _failures.Add($"{operation}, {kind}: {fault}");
    }

    public string Print(string title, IEnumerable<string> rows) => string.Join(Environment.NewLine,
    [
        $"{title}, {_cells.Values.Sum()} cells, {_failures.Count} failures",
        .. _cells.Select(cell => $"  {cell.Value,5} {cell.Key}"),
        .. rows.Select(row => $"  {row}"),
        .. _failures.Select(failure => $"FAILED {failure}"),
    ]);
}
