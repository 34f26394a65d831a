using LifeCircle.Facilities.Places;

namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>A facility as the importer takes it.</summary>
internal sealed record DemoFacility(
    string Id, string Category, DemoName Name, DemoBlock Block, double Lon, double Lat, Crs Crs, string Address, string State,
    OpeningHours? Hours, int? Capacity, decimal? Area, string Accessibility, string Condition, string OperatorName, (string At, string By)? Assured);

/// <summary>Deals the facilities of the plan out over the district, each at the edge of a block, so that it stands at a street.</summary>
internal sealed class DemoFacilities
{
    private const string SchoolField = "school_sports_field";

    private readonly DemoDivisions _divisions;
    private readonly DemoRandom _random = new("facilities");
    private readonly List<DemoFacility> _facilities = [];

    private DemoFacilities(DemoDivisions divisions) => _divisions = divisions;

    public static IReadOnlyList<DemoFacility> Build(DemoDivisions divisions)
    {
        var facilities = new DemoFacilities(divisions);
        foreach (var row in DemoFacilityPlan.Rows)
            facilities.Deal(row);
        facilities.ShareGreenArea();
        facilities.AddUnfinishedAndClosed();
        return facilities._facilities;
    }

    private void Deal(DemoFacilityRow row)
    {
        var sites = _random.Shuffled(Sites(row.Spread));
        for (var i = 0; i < row.Count; i++)
        {
            var site = sites[i % sites.Length];
            var facility = Make(row, row.Category, i, NameOf(row, i, site), RandomBlock(site.Cells));
            _facilities.Add(facility);
            // Every school of the district opens its field to residents.
            if (row.Style == DemoStyle.Numbered)
            {
                var name = new DemoName($"{facility.Name.Zh}运动场", $"{facility.Name.En} sports field");
                var field = new DemoFacilityRow(
                    SchoolField, 0, row.Spread, row.Style, DemoHoursKind.SchoolField, "", (60, 240), (4_000, 14_000));
                _facilities.Add(Make(field, SchoolField, _facilities.Count(known => known.Category == SchoolField), name, facility.Block));
            }
        }
    }

    private sealed record Site(IReadOnlyList<DemoCell> Cells, DemoName? Name);

    private IEnumerable<Site> Sites(DemoSpread spread) => spread switch
    {
        DemoSpread.Circles => _divisions.Circles.Select(circle => new Site(circle.Cells, null)),
        DemoSpread.Everywhere => Sites(DemoSpread.Circles).Concat(_divisions.Villages.Select(OfDivision)),
        DemoSpread.Communities => _divisions.Communities.Select(OfDivision),
        DemoSpread.Streets => _divisions.StreetsAndTown.Select(street => street.Code == DemoDivisions.TownCode
            ? new Site([.. _divisions.Villages.Select(DemoDivisions.VillageCore)], street.Name)
            : OfDivision(street)),
        // The district's own offices stand in its middle.
        _ => [new Site(_divisions.Circles[DemoDivisions.CircleCount / 2].Cells, _divisions.District.Name)],
    };

    private Site OfDivision(DemoDivision division) =>
        new(_divisions.Villages.Contains(division) ? [DemoDivisions.VillageCore(division)] : division.Cells, division.Name);

    private DemoBlock RandomBlock(IReadOnlyList<DemoCell> cells)
    {
        // Bounded: a cell has sixteen blocks, and no cell lies in the river entirely.
        for (var attempt = 0; ; attempt++)
        {
            var block = _random.Pick([.. DemoBuildings.BlocksOf(_random.Pick(cells))]);
            if (!DemoBarriers.Crosses(block) || attempt == 100)
                return block;
        }
    }

    private DemoName NameOf(DemoFacilityRow row, int i, Site site)
    {
        var word = DemoNames.Word(i * 5 + row.Category.Length);
        var kind = FacilityCategories.Find(row.Category)!.NameEn;
        var name = site.Name;
        // Where a division has several of a kind, they are numbered.
        var ordinal = row.Count > Sites(row.Spread).Count() ? i / Sites(row.Spread).Count() + 1 : 0;
        return row.Style switch
        {
            DemoStyle.Division when ordinal > 0 => new($"{name!.Value.Zh}第{ordinal}{row.Kind}", $"{Joined(name.Value.En, kind)} No. {ordinal}"),
            DemoStyle.Division => new($"{name!.Value.Zh}{row.Kind}", Joined(name.Value.En, kind)),
            DemoStyle.Numbered => new($"山城区第{i + 1}{row.Kind}", $"Shancheng {kind} No. {i + 1}"),
            DemoStyle.Place when row.Category == "book_house" => new($"{row.Kind}·{word.Zh}馆", $"{kind} {word.En}"),
            _ => new(word.Zh + row.Kind, $"{word.En} {kind}"),
        };

        // "Chunhui Community" and "Community care centre" share a word.
        static string Joined(string division, string kind) => kind.Split(' ', 2) is [var first, var rest] && division.EndsWith(first, StringComparison.Ordinal)
            ? $"{division} {rest}"
            : $"{division} {kind}";
    }

    private DemoFacility Make(DemoFacilityRow row, string category, int i, DemoName name, DemoBlock block)
    {
        var community = _divisions.CommunityOf(block.Cell);
        var street = _divisions.StreetOf(block.Cell);
        if (row.Style == DemoStyle.Outlet)
            name = new($"{name.Zh}({community.Name.Zh})", $"{name.En} ({community.Name.En})");

        // Seven metres or more from the middle of the street.
        var point = DemoGrid.Inside(block, 0.1 + _random.Fraction() * 0.8, 0.06 + _random.Fraction() * 0.04);
        var (lon, lat, crs) = Label(point);
        var line = block.Row / DemoGrid.Blocks;
        var number = (block.Column - DemoGrid.BuiltUpFromColumn * DemoGrid.Blocks + 41) * 6 + _random.Below(6);
        var isPublic = row.Style != DemoStyle.Outlet && (row.Style != DemoStyle.Place || row.Capacity is null);
        return new DemoFacility(
            $"{category}-{i + 1:000}", category, name, block, lon, lat, crs,
            $"河南省鹤壁市山城区{street.Name.Zh}{DemoNames.Road(line).Zh}{number}号", "open", DemoHours.Of(row.Hours, _random),
            row.Capacity is { } capacity ? _random.Between(capacity.From, capacity.To) : null,
            row.Area is { } area ? _random.Between(area.From, area.To) : null,
            Pick((isPublic ? 75 : 45, "step_free"), (18, "partial"), (22, "not_accessible"), (15, "unknown")),
            Pick((70, "good"), (22, "fair"), (4, "poor"), (4, "unknown")),
            isPublic ? $"{street.Name.Zh}便民服务中心" : name.Zh,
            _random.Percent(92) ? (Day(), $"{street.Name.Zh}便民服务中心") : null);
    }

    // Most clients send WGS 84; some systems of the district still send what their map shows.
    private (double Lon, double Lat, Crs Crs) Label(DemoPoint point)
    {
        var crs = _random.Below(120) switch { 0 => Crs.Bd09, < 4 => Crs.Gcj02, _ => Crs.Wgs84 };
        var (lon, lat) = Position.Of(point.Lon, point.Lat).In(crs);
        // Six decimals are 0.1 m: coarse enough that the last bit of a sine does not show in the file.
        return crs == Crs.Wgs84 ? (point.Lon, point.Lat, crs) : (Math.Round(lon, 6), Math.Round(lat, 6), crs);
    }

    private string Pick(params (int Weight, string Value)[] choices)
    {
        var roll = _random.Below(choices.Sum(choice => choice.Weight));
        foreach (var (weight, value) in choices)
            if ((roll -= weight) < 0)
                return value;
        return choices[^1].Value;
    }

    private string Day() => FormattableString.Invariant($"2026-{_random.Between(4, 10):00}-{_random.Between(1, 30):00}T09:00:00+08:00");

    /// <summary>Parks get what the gardens and small parks leave of 15 m2 a person, in proportion, to the square metre.</summary>
    private void ShareGreenArea()
    {
        const decimal total = (decimal)DemoFacilityPlan.GreenAreaPerPerson * DemoBuildings.Population;
        var green = _facilities.Where(facility => DemoFacilityPlan.GreenCategories.Contains(facility.Category)).ToList();
        var parks = green.FindAll(facility => facility.Category == "park");
        var rest = total - green.Except(parks).Sum(facility => facility.Area!.Value);
        var weights = parks.Sum(park => park.Area!.Value);
        var shares = parks.ConvertAll(park => decimal.Floor(rest * park.Area!.Value / weights));
        shares[^1] += rest - shares.Sum();
        for (var i = 0; i < parks.Count; i++)
            _facilities[_facilities.IndexOf(parks[i])] = parks[i] with { Area = shares[i] };
    }

    // On top of the published numbers, which count what is open.
    private void AddUnfinishedAndClosed()
    {
        (string Category, string State)[] extras =
        [
            ("elderly_canteen", "planned"), ("nursing_home", "planned"), ("childcare", "building"), ("day_care", "building"),
            ("photo_print", "closed"), ("laundry", "closed"),
        ];
        foreach (var (category, state) in extras)
        {
            var row = Array.Find(DemoFacilityPlan.Rows, candidate => candidate.Category == category)!;
            var site = _random.Pick([.. Sites(row.Spread)]);
            _facilities.Add(Make(row, category, row.Count, NameOf(row, row.Count, site), RandomBlock(site.Cells)) with { State = state });
        }
    }
}
