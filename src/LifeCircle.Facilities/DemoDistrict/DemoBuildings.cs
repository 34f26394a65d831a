namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>A residential building with its registered residents and the land of its plot.</summary>
internal sealed record DemoBuilding(string Id, DemoBlock Block, DemoPoint Point, int Dwellings, int Population, decimal PlotArea);

/// <summary>Houses: dense in the middle of the town, low in the villages, none on the river. The population adds up exactly.</summary>
internal static class DemoBuildings
{
    /// <summary>The published "about 230,000".</summary>
    public const int Population = 230_000;

    private const int HousedBlocksPercent = 66;
    private const double FarthestBlocks = 51;

    public static IReadOnlyList<DemoBuilding> Build(DemoDivisions divisions)
    {
        var random = new DemoRandom("buildings");
        var plots = new List<(DemoBlock Block, DemoPoint Point, int Dwellings, decimal PlotArea)>();
        foreach (var block in BuiltUpBlocks())
        {
            if (DemoBarriers.Crosses(block) || !random.Percent(HousedBlocksPercent))
                continue;
            var dwellings = 6 * Math.Max(2, (int)(random.Between(3, 7) * Density(block)));
            plots.Add((block, Place(block, random), dwellings, dwellings * random.Between(340, 520) / 10m));
        }

        foreach (var village in divisions.Villages)
            foreach (var block in BlocksOf(DemoDivisions.VillageCore(village)))
                for (var row = random.Between(2, 3); row > 0; row--)
                {
                    var houses = random.Between(8, 20);
                    plots.Add((block, Place(block, random), houses, houses * random.Between(1600, 2200) / 10m));
                }

        var residents = Share(plots.ConvertAll(plot => plot.Dwellings), Population);
        return
        [
            .. plots.Select((plot, i) => new DemoBuilding($"B-{i + 1:00000}", plot.Block, plot.Point, plot.Dwellings, residents[i], plot.PlotArea)),
        ];
    }

    public static IEnumerable<DemoBlock> BlocksOf(DemoCell cell) =>
        from row in Enumerable.Range(cell.Row * DemoGrid.Blocks, DemoGrid.Blocks)
        from column in Enumerable.Range(cell.Column * DemoGrid.Blocks, DemoGrid.Blocks)
        select new DemoBlock(column, row);

    private static IEnumerable<DemoBlock> BuiltUpBlocks() =>
        from row in Enumerable.Range(0, DemoGrid.BuiltUpRows * DemoGrid.Blocks)
        from column in Enumerable.Range(
            DemoGrid.BuiltUpFromColumn * DemoGrid.Blocks, (DemoGrid.Columns - DemoGrid.BuiltUpFromColumn) * DemoGrid.Blocks)
        select new DemoBlock(column, row);

    private static DemoPoint Place(DemoBlock block, DemoRandom random) =>
        DemoGrid.Inside(block, 0.25 + random.Fraction() / 2, 0.25 + random.Fraction() / 2);

    private static double Density(DemoBlock block)
    {
        var (east, north) = (block.Column - 80, block.Row - 32);
        return 1.5 - Math.Sqrt(east * east + north * north) / FarthestBlocks;
    }

    /// <summary>Largest remainders: whole persons in proportion to the dwellings, and not one too many.</summary>
    private static int[] Share(List<int> weights, int total)
    {
        long sum = weights.Sum();
        var shares = weights.ConvertAll(weight => (int)((long)weight * total / sum)).ToArray();
        var missing = total - shares.Sum();
        var byRemainder = Enumerable.Range(0, weights.Count).OrderByDescending(i => (long)weights[i] * total % sum).ThenBy(i => i);
        foreach (var i in byRemainder.Take(missing))
            shares[i]++;
        return shares;
    }
}
