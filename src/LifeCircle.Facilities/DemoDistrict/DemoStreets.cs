namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>A node of the street file.</summary>
internal sealed record DemoNode(long Id, DemoPoint Point, (string Key, string Value)[] Tags);

/// <summary>A way of the street file.</summary>
internal sealed record DemoWay(long Id, IReadOnlyList<long> Nodes, (string Key, string Value)[] Tags);

/// <summary>
/// Streets along the lines of the grid. Main roads follow the cells, lanes the blocks; some lanes are missing, some bend, some are steps or
/// private. River and railway leave few passages. Besides that, what an importer must not walk on: a ferry, a motorway, a building site,
/// gated drives; and an islet with a path that no bridge reaches.
/// </summary>
internal sealed class DemoStreets
{
    private const int KeptLanesPercent = 68;
    private const int KeptCountryRoadsPercent = 60;
    private const int BendPercent = 15;
    private const int GatedDrives = 24;
    private const int LongestWay = 40;
    private const long CrossingIds = 1_000_000;

    private static readonly string[] LaneKinds =
    [
        .. Enumerable.Repeat("residential", 9), .. Enumerable.Repeat("footway", 4), .. Enumerable.Repeat("living_street", 3),
        "service", "service", "path", "pedestrian",
    ];

    private readonly DemoRandom _random = new("streets");
    private readonly HashSet<DemoCell> _dense;
    private readonly SortedDictionary<long, DemoNode> _nodes = [];
    private readonly List<DemoWay> _ways = [];
    private long _nextNode = 2_000_000;

    private DemoStreets(HashSet<DemoCell> dense) => _dense = dense;

    private readonly record struct Piece(int Column, int Row, bool Eastward, int Length)
    {
        public (int Column, int Row) From => (Column, Row);

        public (int Column, int Row) To => Eastward ? (Column + Length, Row) : (Column, Row + Length);

        public int Line => Eastward ? Row : Column;

        public bool IsMain => Line % DemoGrid.Blocks == 0;
    }

    public static (IReadOnlyCollection<DemoNode> Nodes, IReadOnlyList<DemoWay> Ways) Build(DemoDivisions divisions)
    {
        var builtUp = divisions.District.Cells.Where(DemoGrid.IsBuiltUp);
        var streets = new DemoStreets([.. builtUp, .. divisions.Villages.Select(DemoDivisions.VillageCore)]);
        streets.LayStreets();
        streets.LayWaterAndRails();
        streets.LayTraps();
        return (streets._nodes.Values, streets._ways);
    }

    private void LayStreets()
    {
        var pieces = AllPieces().Where(CanBeBuilt).ToList();
        var joined = new Dictionary<(int, int), (int, int)>();
        bool Joins(Piece piece)
        {
            var (a, b) = (Root(piece.From), Root(piece.To));
            joined[a] = b;
            return a != b;
        }

        // A spanning tree first, so that leaving lanes out never cuts a block off.
        var kept = new HashSet<Piece>(pieces.Where(piece => piece is { IsMain: true, Length: 1 }));
        foreach (var piece in kept)
            Joins(piece);
        var tree = new HashSet<Piece>(kept);
        foreach (var piece in _random.Shuffled(pieces.Where(piece => !kept.Contains(piece))))
        {
            if (Joins(piece))
                tree.Add(piece);
            else if (!_random.Percent(piece.Length > 1 ? KeptCountryRoadsPercent : KeptLanesPercent))
                continue;
            kept.Add(piece);
        }

        // In the order of the lines, so that pieces in a row become one way.
        foreach (var line in pieces.Where(kept.Contains).GroupBy(piece => (piece.Eastward, piece.Line)).OrderBy(line => line.Key))
            LayLine([.. line.OrderBy(piece => piece.Eastward ? piece.Column : piece.Row)], tree);

        (int, int) Root((int, int) at)
        {
            while (joined.TryGetValue(at, out var up) && up != at)
                at = up;
            return at;
        }
    }

    private void LayLine(List<Piece> pieces, HashSet<Piece> tree)
    {
        var run = new List<Piece>();
        foreach (var piece in pieces)
        {
            var special = IsBridge(piece) || IsPassage(piece);
            if (run.Count > 0 && (special || run[^1].To != piece.From || run.Count == LongestWay || !piece.IsMain && _random.Percent(30)))
                EndRun();
            if (special)
                LayPassage(piece);
            else
                run.Add(piece);
        }

        EndRun();

        void EndRun()
        {
            if (run.Count > 0)
                AddWay(Nodes(run), run[0].IsMain ? MainTags(run[0]) : LaneTags(run.Count == 1 && !tree.Contains(run[0])));
            run.Clear();
        }
    }

    private List<long> Nodes(List<Piece> run)
    {
        var nodes = new List<long> { CrossingNode(run[0].From) };
        foreach (var piece in run)
        {
            if (!piece.IsMain && _random.Percent(BendPercent))
                nodes.Add(AddNode(Bend(piece)));
            nodes.Add(CrossingNode(piece.To));
        }

        return nodes;
    }

    private DemoPoint Bend(Piece piece)
    {
        var middle = Between(piece, 0.5);
        // About 8-15 m aside.
        var aside = _random.Between(9, 14) * 1e-5 * (_random.Percent(50) ? 1 : -1);
        return piece.Eastward
            ? middle with { Lat = Math.Round(middle.Lat + aside, 7) }
            : middle with { Lon = Math.Round(middle.Lon + aside, 7) };
    }

    private void LayPassage(Piece piece)
    {
        var (from, to) = (CrossingNode(piece.From), CrossingNode(piece.To));
        if (!IsPassage(piece))
        {
            AddWay([from, to], [.. MainTags(piece), ("bridge", "yes"), ("layer", "1")]);
        }
        else if (piece.Line == DemoBarriers.FootbridgeColumn)
        {
            var (up, down) = (AddNode(Between(piece, 0.3)), AddNode(Between(piece, 0.7)));
            AddWay([from, up], ("highway", "steps"), ("step_count", "42"), ("ramp", "no"));
            AddWay([up, down], ("highway", "footway"), ("bridge", "yes"), ("layer", "1"));
            AddWay([down, to], ("highway", "steps"), ("step_count", "42"), ("ramp", "no"));
        }
        else
        {
            AddWay([from, to], [.. MainTags(piece), ("tunnel", "yes"), ("layer", "-1")]);
        }
    }

    private void LayWaterAndRails()
    {
        var river = Enumerable.Range(0, DemoGrid.Rows * DemoGrid.Blocks + 1)
            .Select(row => AddNode(Between(new Piece(DemoBarriers.RiverColumn(row), row, true, 1), 0.5)));
        AddWay([.. river], ("waterway", "river"), ("name", "汤河"), ("name:en", "Tang River"));
        var rails = Enumerable.Range(0, DemoGrid.Columns * DemoGrid.Blocks + 1)
            .Select(column => AddNode(Between(new Piece(column, DemoBarriers.RailRow(column), false, 1), 0.5)));
        AddWay([.. rails], ("railway", "rail"));
    }

    private void LayTraps()
    {
        const int ferryRow = 10;
        var bank = (Column: DemoBarriers.RiverColumn(ferryRow), Row: ferryRow);
        AddWay([CrossingNode(bank), CrossingNode((bank.Column + 1, ferryRow))], ("route", "ferry"), ("foot", "yes"), ("name", "汤河渡口"));

        // An islet between two bridges: a path without a way ashore.
        var islet = new Piece(DemoBarriers.RiverColumn(20), 20, true, 1);
        long[] path = [AddNode(Between(islet, 0.42)), AddNode(Between(islet, 0.5)), AddNode(Between(islet, 0.58))];
        AddWay(path, ("highway", "footway"));

        var motorway = Enumerable.Range(0, DemoGrid.Columns).Select(column => AddNode(Middle(column * DemoGrid.Blocks, 82)));
        AddWay([.. motorway], ("highway", "motorway"), ("oneway", "yes"), ("ref", "S99"));
        AddWay([CrossingNode((44, 8)), AddNode(Middle(44, 8))], ("highway", "construction"), ("construction", "residential"));

        for (var drive = 0; drive < GatedDrives; drive++)
        {
            var (column, row) = (_random.Between(11, 28) * DemoGrid.Blocks, _random.Between(1, 14) * DemoGrid.Blocks);
            var gate = AddNode(DemoGrid.Inside(new DemoBlock(column, row), 0.1, 0.1), ("barrier", "gate"), ("access", "private"));
            AddWay(
                [CrossingNode((column, row)), gate, AddNode(DemoGrid.Inside(new DemoBlock(column, row), 0.4, 0.4))],
                ("highway", "service"), ("service", "driveway"), ("access", "private"));
        }

        static DemoPoint Middle(int column, int row) => DemoGrid.Inside(new DemoBlock(column, row), 0.5, 0.5);
    }

    private IEnumerable<Piece> AllPieces()
    {
        foreach (var eastward in new[] { true, false })
            for (var row = 0; row <= DemoGrid.Rows * DemoGrid.Blocks; row++)
                for (var column = 0; column <= DemoGrid.Columns * DemoGrid.Blocks; column++)
                {
                    var piece = new Piece(column, row, eastward, 1);
                    if (Beside(piece).Any(_dense.Contains))
                        yield return piece;
                    // Between the villages roads go from one corner of the cell grid to the next.
                    else if (column % DemoGrid.Blocks == 0 && row % DemoGrid.Blocks == 0 && Beside(piece).Any(InDistrict))
                        yield return piece with { Length = DemoGrid.Blocks };
                }
    }

    /// <summary>The cells on both sides of a piece; a lane inside a cell has it twice.</summary>
    private static DemoCell[] Beside(Piece piece) => piece.Eastward
        ? [Cell(piece.Column, piece.Row), Cell(piece.Column, piece.Row - 1)]
        : [Cell(piece.Column, piece.Row), Cell(piece.Column - 1, piece.Row)];

    private static DemoCell Cell(int column, int row) =>
        new(column < 0 ? -1 : column / DemoGrid.Blocks, row < 0 ? -1 : row / DemoGrid.Blocks);

    private static bool InDistrict(DemoCell cell) => cell is { Column: >= 0 and < DemoGrid.Columns, Row: >= 0 and < DemoGrid.Rows };

    private static bool CanBeBuilt(Piece piece) =>
        (!DemoBarriers.RiverBetween(piece.From, piece.To) || IsBridge(piece))
        && (!DemoBarriers.RailBetween(piece.From, piece.To) || IsPassage(piece));

    private static bool IsBridge(Piece piece) =>
        piece.Eastward && DemoBarriers.RiverBetween(piece.From, piece.To) && DemoBarriers.IsBridge(piece.Row);

    private static bool IsPassage(Piece piece) =>
        !piece.Eastward && DemoBarriers.RailBetween(piece.From, piece.To) && DemoBarriers.IsPassage(piece.Column);

    private static (string, string)[] MainTags(Piece piece)
    {
        var line = piece.Line / DemoGrid.Blocks;
        var name = piece.Eastward ? DemoNames.Road(line) : DemoNames.Street(line);
        var kind = piece.Length > 1 ? "unclassified" : line % 3 == 0 ? "secondary" : "tertiary";
        return [("highway", kind), ("name", name.Zh), ("name:en", name.En)];
    }

    private (string, string)[] LaneTags(bool dispensable)
    {
        if (dispensable && _random.Percent(4))
            return [("highway", "service"), ("access", "private")];
        if (dispensable && _random.Percent(5))
            return [("highway", "steps"), ("step_count", "24")];
        return [("highway", _random.Pick(LaneKinds))];
    }

    private static DemoPoint Between(Piece piece, double share)
    {
        var (a, b) = (DemoGrid.Crossing(piece.From.Column, piece.From.Row), DemoGrid.Crossing(piece.To.Column, piece.To.Row));
        return new DemoPoint(Math.Round(a.Lon + (b.Lon - a.Lon) * share, 7), Math.Round(a.Lat + (b.Lat - a.Lat) * share, 7));
    }

    private long CrossingNode((int Column, int Row) at)
    {
        var id = CrossingIds + at.Row * 1000 + at.Column;
        _nodes.TryAdd(id, new DemoNode(id, DemoGrid.Crossing(at.Column, at.Row), []));
        return id;
    }

    private long AddNode(DemoPoint point, params (string, string)[] tags)
    {
        var id = _nextNode++;
        _nodes.Add(id, new DemoNode(id, point, tags));
        return id;
    }

    private void AddWay(IReadOnlyList<long> nodes, params (string, string)[] tags) => _ways.Add(new DemoWay(_ways.Count + 1, nodes, tags));
}
