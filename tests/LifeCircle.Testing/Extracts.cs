using Xunit;

namespace LifeCircle.Testing;

/// <summary>
/// Real OpenStreetMap extracts, which are not part of the repository (ODbL): those in the folder named by <c>LIFECIRCLE_EXTRACTS</c>, else in
/// <c>../shared/data</c> beside it. A test without its extract is skipped, by name.
/// </summary>
public static class Extracts
{
    public const string Variable = "LIFECIRCLE_EXTRACTS";

    /// <summary>The path of an extract; skips the running test where there is none.</summary>
    /// <param name="name">E.g. <c>monaco</c> for <c>monaco.osm.pbf</c>.</param>
    public static string Require(string name)
    {
        var path = Path.Combine(Folder(), name + ".osm.pbf");
        Assert.SkipUnless(File.Exists(path), $"{path} does not exist; {Variable} names the folder of another extract of that name.");
        return path;
    }

    private static string Folder() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Path.GetFullPath(Repository.PathOf("../shared/data"));
}
