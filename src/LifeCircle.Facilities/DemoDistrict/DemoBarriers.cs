namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>
/// What makes a walk longer than the straight line: the river from south to north, the railway from west to east. A crossing of
/// the grid lies on one side or the other; a street piece between the two sides exists only as a bridge or an underpass.
/// </summary>
internal static class DemoBarriers
{
    // Rows with a bridge, columns with a passage under the railway: all are lines of the cell grid.
    private static readonly int[] BridgeRows = [4, 16, 24, 32, 44, 56, 72, 84];
    private static readonly int[] PassageColumns = [12, 28, 48, 60, 72, 88, 108];

    /// <summary>The only passage with steps: a footbridge over the tracks.</summary>
    public const int FootbridgeColumn = 60;

    /// <summary>Last column west of the river in that row.</summary>
    public static int RiverColumn(int row) => 72 + Swing(row, 28, 7);

    /// <summary>Last row south of the railway in that column.</summary>
    public static int RailRow(int column) => 36 + Swing(column, 60, 5);

    public static bool IsBridge(int row) => BridgeRows.Contains(row);

    public static bool IsPassage(int column) => PassageColumns.Contains(column);

    public static bool RiverBetween((int Column, int Row) a, (int Column, int Row) b) => West(a) != West(b);

    public static bool RailBetween((int Column, int Row) a, (int Column, int Row) b) => South(a) != South(b);

    /// <summary>Whether water or rails run through the block.</summary>
    public static bool Crosses(DemoBlock block)
    {
        var (column, row) = block;
        (int, int)[] corners = [(column, row), (column + 1, row), (column, row + 1), (column + 1, row + 1)];
        return corners.Select(West).Distinct().Count() > 1 || corners.Select(South).Distinct().Count() > 1;
    }

    private static bool West((int Column, int Row) at) => at.Column <= RiverColumn(at.Row);

    private static bool South((int Column, int Row) at) => at.Row <= RailRow(at.Column);

    // Forth and back, by one block at a time.
    private static int Swing(int at, int period, int reach)
    {
        var phase = at % period;
        return (phase < period / 2 ? phase : period - phase) * reach * 2 / period;
    }
}
