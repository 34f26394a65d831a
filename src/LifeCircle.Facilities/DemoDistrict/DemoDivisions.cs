using System.Collections.Frozen;

namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>A division and the cells that it is made of.</summary>
internal sealed record DemoDivision(string Code, string Level, DemoName Name, IReadOnlyList<DemoCell> Cells);

/// <summary>A life circle and the cells that it is made of.</summary>
internal sealed record DemoCircle(string Code, DemoName Name, DemoName Theme, string StreetCode, IReadOnlyList<DemoCell> Cells)
{
    // A circle is a rectangle of cells, so its middle cell is one of its own.
    public DemoCell Centre => Cells[Cells.Count / 2];
}

/// <summary>
/// The district, its eight streets and towns with their published codes and names, 60 invented communities, and 37 life circles
/// that share the built-up part. All of them are sets of cells, so they nest and cover without gaps.
/// </summary>
internal sealed class DemoDivisions
{
    public const string DistrictCode = "410603";
    public const int CommunityCount = 60;
    public const int CircleCount = 37;
    public const string TownCode = "410603100";

    // Street, rectangle of cells (column, row, width, height), communities, life circles.
    private static readonly (string Code, DemoName Name, (int X, int Y, int W, int H) Cells, int Communities, int Circles)[] Streets =
    [
        ("410603001", new("红旗街", "Hongqi Street"), (15, 8, 5, 8), 7, 5),
        ("410603002", new("长风中路", "Changfeng Middle Road"), (20, 8, 5, 8), 7, 5),
        ("410603003", new("山城路", "Shancheng Road"), (17, 0, 6, 8), 8, 5),
        ("410603004", new("汤河桥", "Tanghe Bridge"), (10, 0, 7, 8), 8, 6),
        ("410603005", new("鹿楼", "Lulou"), (10, 8, 5, 8), 7, 5),
        ("410603006", new("宝山", "Baoshan"), (25, 8, 5, 8), 7, 5),
        ("410603007", new("大胡", "Dahu"), (23, 0, 7, 8), 8, 6),
    ];

    // The town lies around the built-up part: a strip in the west, one in the north.
    private static readonly ((int X, int Y, int W, int H) Cells, int Villages)[] Town = [((0, 0, 10, 22), 5), ((10, 16, 20, 6), 3)];

    private readonly FrozenDictionary<DemoCell, DemoDivision> _communityByCell;
    private readonly FrozenDictionary<DemoCell, DemoCircle> _circleByCell;

    public DemoDivisions()
    {
        var streets = new List<DemoDivision>();
        var communities = new List<DemoDivision>();
        var circles = new List<DemoCircle>();
        foreach (var street in Streets)
        {
            streets.Add(new DemoDivision(street.Code, "street", street.Name, CellsOf(street.Cells)));
            AddCommunities(communities, street.Code, "社区", "Community", Split(street.Cells, street.Communities));
            foreach (var part in Split(street.Cells, street.Circles))
            {
                var number = circles.Count;
                var word = DemoNames.Word(60 + number);
                circles.Add(new DemoCircle(
                    $"SC-{number + 1:00}", new($"{word.Zh}生活圈", $"{word.En} life circle"), DemoNames.Theme(number), street.Code, CellsOf(part)));
            }
        }

        streets.Add(new DemoDivision(TownCode, "street", new("石林镇", "Shilin Town"), [.. Town.SelectMany(part => CellsOf(part.Cells))]));
        AddCommunities(communities, TownCode, "村", "Village", Town.SelectMany(part => Split(part.Cells, part.Villages)));

        District = new DemoDivision(
            DistrictCode, "district", new("山城区", "Shancheng District"), [.. streets.SelectMany(street => street.Cells)]);
        (StreetsAndTown, Communities, Circles) = (streets, communities, circles);
        _communityByCell = ByCell(communities, community => community.Cells);
        _circleByCell = ByCell(circles, circle => circle.Cells);
    }

    public DemoDivision District { get; }

    public IReadOnlyList<DemoDivision> StreetsAndTown { get; }

    public IReadOnlyList<DemoDivision> Communities { get; }

    public IReadOnlyList<DemoCircle> Circles { get; }

    public IEnumerable<DemoDivision> Villages =>
        Communities.Where(community => community.Code.StartsWith(TownCode, StringComparison.Ordinal));

    public DemoDivision CommunityOf(DemoCell cell) => _communityByCell[cell];

    public DemoDivision StreetOf(DemoCell cell) =>
        StreetsAndTown.First(street => _communityByCell[cell].Code.StartsWith(street.Code, StringComparison.Ordinal));

    /// <summary>Null in the countryside, which no circle covers.</summary>
    public DemoCircle? CircleOf(DemoCell cell) => _circleByCell.GetValueOrDefault(cell);

    /// <summary>The one cell of a village that has houses.</summary>
    public static DemoCell VillageCore(DemoDivision village) => village.Cells[village.Cells.Count / 2];

    private static void AddCommunities(
        List<DemoDivision> communities, string streetCode, string zh, string en, IEnumerable<(int X, int Y, int W, int H)> parts)
    {
        var number = 0;
        foreach (var part in parts)
        {
            var word = DemoNames.Word(communities.Count);
            communities.Add(new DemoDivision(
                $"{streetCode}{++number:000}", "community", new(word.Zh + zh, $"{word.En} {en}"), CellsOf(part)));
        }
    }

    /// <summary>Cuts a rectangle into so many, across its longer side, in proportion.</summary>
    private static IEnumerable<(int X, int Y, int W, int H)> Split((int X, int Y, int W, int H) area, int parts)
    {
        if (parts == 1)
            return [area];
        var (x, y, w, h) = area;
        var few = parts / 2;
        if (w >= h)
        {
            var cut = Math.Clamp((w * few + parts / 2) / parts, 1, w - 1);
            return Split((x, y, cut, h), few).Concat(Split((x + cut, y, w - cut, h), parts - few));
        }
        else
        {
            var cut = Math.Clamp((h * few + parts / 2) / parts, 1, h - 1);
            return Split((x, y, w, cut), few).Concat(Split((x, y + cut, w, h - cut), parts - few));
        }
    }

    // Row by row; the middle of the list is then the middle of the rectangle or next to it.
    private static DemoCell[] CellsOf((int X, int Y, int W, int H) area) =>
        [.. from row in Enumerable.Range(area.Y, area.H) from column in Enumerable.Range(area.X, area.W) select new DemoCell(column, row)];

    private static FrozenDictionary<DemoCell, T> ByCell<T>(IEnumerable<T> owners, Func<T, IEnumerable<DemoCell>> cells) where T : class =>
        owners.SelectMany(owner => cells(owner).Select(cell => (cell, owner))).ToFrozenDictionary(pair => pair.cell, pair => pair.owner);
}
