namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>A point of the demo district, WGS 84, rounded to seven decimals (1 cm), so that neighbours share the very same corner.</summary>
internal readonly record struct DemoPoint(double Lon, double Lat);

/// <summary>A cell of the grid: 500 m by 500 m, more or less.</summary>
internal readonly record struct DemoCell(int Column, int Row);

/// <summary>A block of houses: a sixteenth of a cell, counted over the whole district.</summary>
internal readonly record struct DemoBlock(int Column, int Row)
{
    public DemoCell Cell => new(Column / DemoGrid.Blocks, Row / DemoGrid.Blocks);
}

/// <summary>
/// The ground plan: 30 by 22 crooked cells, 15 km by 11 km, around 35.90 N 114.18 E; the built-up part is 20 by 16 cells in the south-east.
/// Only + - * / on doubles, because the last bit of a sine differs between machines.
/// </summary>
internal static class DemoGrid
{
    public const int Columns = 30;
    public const int Rows = 22;
    public const int Blocks = 4;
    public const int BuiltUpFromColumn = 10;
    public const int BuiltUpRows = 16;

    private const double CellMetres = 500;
    private const double MetresPerDegreeLat = 111_195;
    private const double MetresPerDegreeLon = 90_073;
    private const double CentreLon = 114.18;
    private const double CentreLat = 35.90;
    private const int CentreColumn = 20;
    private const int CentreRow = 8;
    private const int CornerJitterMetres = 55;
    private const int InnerJitterMetres = 14;

    private static readonly (double X, double Y)[,] Corners = MakeCorners();

    public static bool IsBuiltUp(DemoCell cell) =>
        cell.Column is >= BuiltUpFromColumn and < Columns && cell.Row is >= 0 and < BuiltUpRows;

    /// <summary>A point inside a block; both fractions between 0 and 1.</summary>
    public static DemoPoint Inside(DemoBlock block, double across, double up) =>
        ToPoint(InCell(block.Cell, (block.Column % Blocks + across) / Blocks, (block.Row % Blocks + up) / Blocks));

    /// <summary>The crossing of two lines of the block grid; every fourth line is a line of the cell grid.</summary>
    public static DemoPoint Crossing(int column, int row)
    {
        var cell = new DemoCell(Math.Min(column / Blocks, Columns - 1), Math.Min(row / Blocks, Rows - 1));
        var (x, y) = InCell(cell, (column - cell.Column * Blocks) / (double)Blocks, (row - cell.Row * Blocks) / (double)Blocks);
        if (column % Blocks == 0 || row % Blocks == 0)
            return ToPoint((x, y));
        var random = new DemoRandom($"crossing {column} {row}");
        return ToPoint((x + random.Between(-InnerJitterMetres, InnerJitterMetres), y + random.Between(-InnerJitterMetres, InnerJitterMetres)));
    }

    /// <summary>The outline of a connected set of cells without holes, closed, counter-clockwise as RFC 7946 wants it.</summary>
    public static DemoPoint[] Outline(IReadOnlyCollection<DemoCell> cells)
    {
        var sides = new HashSet<((int Column, int Row) From, (int Column, int Row) To)>();
        foreach (var (column, row) in cells)
        {
            (int, int)[] ring = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
            for (var side = 0; side < 4; side++)
            {
                var (from, to) = (ring[side], ring[(side + 1) % 4]);
                // A side that two cells share runs both ways and belongs to no outline.
                if (!sides.Remove((to, from)))
                    sides.Add((from, to));
            }
        }

        // Throws where two cells touch in a corner only: such a set has no single outline.
        var next = sides.ToDictionary(side => side.From, side => side.To);
        var start = next.Keys.Min();
        var outline = new List<DemoPoint>();
        for (var corner = start; ;)
        {
            outline.Add(Crossing(corner.Column * Blocks, corner.Row * Blocks));
            corner = next[corner];
            if (corner == start)
                break;
        }

        if (outline.Count != next.Count)
            throw new InvalidOperationException("The cells are not in one piece, or they have a hole.");
        return [.. outline, outline[0]];
    }

    private static (double X, double Y) InCell(DemoCell cell, double across, double up)
    {
        var (sw, se) = (Corners[cell.Column, cell.Row], Corners[cell.Column + 1, cell.Row]);
        var (nw, ne) = (Corners[cell.Column, cell.Row + 1], Corners[cell.Column + 1, cell.Row + 1]);
        return (Bilinear(sw.X, se.X, nw.X, ne.X), Bilinear(sw.Y, se.Y, nw.Y, ne.Y));

        double Bilinear(double a, double b, double c, double d) =>
            a * (1 - across) * (1 - up) + b * across * (1 - up) + c * (1 - across) * up + d * across * up;
    }

    private static (double X, double Y)[,] MakeCorners()
    {
        var random = new DemoRandom("corners");
        var corners = new (double, double)[Columns + 1, Rows + 1];
        for (var column = 0; column <= Columns; column++)
            for (var row = 0; row <= Rows; row++)
                corners[column, row] = (
                    (column - CentreColumn) * CellMetres + random.Between(-CornerJitterMetres, CornerJitterMetres),
                    (row - CentreRow) * CellMetres + random.Between(-CornerJitterMetres, CornerJitterMetres));
        return corners;
    }

    private static DemoPoint ToPoint((double X, double Y) metres) =>
        new(Math.Round(CentreLon + metres.X / MetresPerDegreeLon, 7), Math.Round(CentreLat + metres.Y / MetresPerDegreeLat, 7));
}
