using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Walking;

/// <summary>The nearest point of the nearest street.</summary>
/// <param name="Edge">The piece of street.</param>
/// <param name="Centimetres">From the edge's first point, along it.</param>
/// <param name="Metres">From the place to the street, in a straight line.</param>
/// <param name="Lon">Of the point on the street, units of 1e-7 degrees.</param>
/// <param name="Lat">Of the point on the street.</param>
internal readonly record struct Snap(int Edge, int Centimetres, double Metres, int Lon, int Lat);

/// <summary>
/// Finds the street next to a point: a grid of cells of about 100 m, each with the edges that pass through it. It looks at edges, not just
/// at junctions: a long street without crossings is near, however far its ends are.
/// </summary>
internal sealed class StreetIndex
{
    private const double CellMetres = 100;

    /// <summary>Some hundred megabytes; a Chinese province has half as many.</summary>
    private const int MaximumCells = 50_000_000;

    private readonly EdgeList _edges;
    private readonly int _west;
    private readonly int _south;
    private readonly int _cellLon;
    private readonly int _cellLat;
    private readonly int _columns;
    private readonly int _rows;
    private readonly int[] _firstInCell;
    private readonly int[] _edgeInCell;

    /// <exception cref="RuleBroken"><c>facilities.streets_too_wide</c>: the grid would not fit in memory.</exception>
    public StreetIndex(EdgeList edges)
    {
        _edges = edges;
        _cellLat = (int)(CellMetres / Walking.Metres.PerUnit);
        if (edges.Count == 0)
        {
            (_cellLon, _firstInCell, _edgeInCell) = (_cellLat, [0], []);
            return;
        }
        (_west, _south) = (edges.PointLon.Min(), edges.PointLat.Min());
        var north = edges.PointLat.Max();
        // Nowhere narrower than 100 m: degrees of longitude are shortest in the row nearest a pole.
        _cellLon = (int)(_cellLat / Math.Max(0.01, Math.Min(Walking.Metres.Shrink(_south), Walking.Metres.Shrink(north))));
        _columns = Cell(edges.PointLon.Max(), _west, _cellLon) + 1;
        _rows = Cell(north, _south, _cellLat) + 1;
        if ((long)_columns * _rows > MaximumCells) throw new RuleBroken(FacilitiesRules.StreetsTooWide);
        (_firstInCell, _edgeInCell) = Fill();
    }

    public long Bytes => 4L * (_firstInCell.Length + _edgeInCell.Length);

    /// <summary>The nearest street within a distance; null if there is none.</summary>
    public Snap? Nearest(int lon, int lat, double withinMetres)
    {
        if (_columns == 0) return null;
        var best = new Snap(-1, 0, withinMetres, 0, 0);
        var (column, row) = (Cell(lon, _west, _cellLon), Cell(lat, _south, _cellLat));
        var rings = (int)Math.Ceiling(withinMetres / CellMetres) + 1;
        // What lies beyond ring r is at least r cells away, less the part of its own cell that the point has behind it.
        for (var ring = 0; ring <= rings && (ring - 1) * CellMetres * 0.98 <= best.Metres; ring++)
            foreach (var (c, r) in Ring(column, row, ring))
                LookInto(c, r, lon, lat, ref best);
        return best.Edge < 0 ? null : best;
    }

    // The globe is wider than an int.
    private static int Cell(int position, int origin, int size) => (int)Math.Floor(((double)position - origin) / size);

    private static IEnumerable<(int Column, int Row)> Ring(int column, int row, int ring)
    {
        for (var c = column - ring; c <= column + ring; c++)
        {
            yield return (c, row - ring);
            if (ring > 0) yield return (c, row + ring);
        }
        for (var r = row - ring + 1; r < row + ring; r++)
        {
            yield return (column - ring, r);
            yield return (column + ring, r);
        }
    }

    private void LookInto(int column, int row, int lon, int lat, ref Snap best)
    {
        if (column < 0 || column >= _columns || row < 0 || row >= _rows) return;
        var cell = (row * _columns) + column;
        for (var i = _firstInCell[cell]; i < _firstInCell[cell + 1]; i++)
        {
            var snap = NearestOn(_edgeInCell[i], lon, lat);
            if (snap.Metres < best.Metres || (snap.Metres == best.Metres && snap.Edge < best.Edge)) best = snap;
        }
    }

    private Snap NearestOn(int edge, int lon, int lat)
    {
        var shrink = Walking.Metres.Shrink(lat);
        var (first, last) = (_edges.FirstPoint[edge], _edges.FirstPoint[edge + 1] - 1);
        var (bestSquare, bestLon, bestLat, bestAlong, length) = (double.MaxValue, 0.0, 0.0, 0.0, 0.0);
        for (var p = first; p < last; p++)
        {
            var (x, y) = (((double)_edges.PointLon[p] - lon) * shrink, (double)_edges.PointLat[p] - lat);
            var (dx, dy) = (
                ((double)_edges.PointLon[p + 1] - _edges.PointLon[p]) * shrink, (double)_edges.PointLat[p + 1] - _edges.PointLat[p]);
            var squared = (dx * dx) + (dy * dy);
            var along = squared == 0 ? 0 : Math.Clamp(-((x * dx) + (y * dy)) / squared, 0, 1);
            var (nearX, nearY) = (x + (along * dx), y + (along * dy));
            var square = (nearX * nearX) + (nearY * nearY);
            var piece = Math.Sqrt(squared);
            if (square < bestSquare)
                (bestSquare, bestLon, bestLat, bestAlong) = (square, lon + (nearX / shrink), lat + nearY, length + (along * piece));
            length += piece;
        }
        // The edge's own length was measured on the sphere; the share of it is the same on the plane.
        var centimetres = length == 0 ? 0 : (int)Math.Round(_edges.Centimetres[edge] * bestAlong / length);
        return new Snap(
            edge, centimetres, Math.Sqrt(bestSquare) * Walking.Metres.PerUnit, (int)Math.Round(bestLon), (int)Math.Round(bestLat));
    }

    private (int[] First, int[] Edges) Fill()
    {
        var first = new int[(_columns * _rows) + 1];
        var passages = 0;
        foreach (var (_, cell) in Passages())
        {
            if (++passages > MaximumCells) throw new RuleBroken(FacilitiesRules.StreetsTooWide);
            first[cell + 1]++;
        }
        for (var cell = 0; cell < first.Length - 1; cell++) first[cell + 1] += first[cell];
        var next = first[..^1];
        var edges = new int[first[^1]];
        foreach (var (edge, cell) in Passages()) edges[next[cell]++] = edge;
        return (first, edges);
    }

    /// <summary>Every cell that the box of a straight piece touches, once for an edge.</summary>
    private IEnumerable<(int Edge, int Cell)> Passages()
    {
        var lastEdgeIn = new int[_columns * _rows];
        for (var edge = 0; edge < _edges.Count; edge++)
            for (var p = _edges.FirstPoint[edge]; p < _edges.FirstPoint[edge + 1] - 1; p++)
            {
                var (c0, c1) = Between(_edges.PointLon[p], _edges.PointLon[p + 1], _west, _cellLon);
                var (r0, r1) = Between(_edges.PointLat[p], _edges.PointLat[p + 1], _south, _cellLat);
                for (var row = r0; row <= r1; row++)
                    for (var column = c0; column <= c1; column++)
                    {
                        var cell = (row * _columns) + column;
                        if (lastEdgeIn[cell] == edge + 1) continue;
                        lastEdgeIn[cell] = edge + 1;
                        yield return (edge, cell);
                    }
            }

        static (int, int) Between(int one, int other, int origin, int size) =>
            (Cell(Math.Min(one, other), origin, size), Cell(Math.Max(one, other), origin, size));
    }
}
