namespace LifeCircle.Testing;

/// <summary>The sources that the running tests were built from, for tests of committed files.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "LifeCircle.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No LifeCircle.sln above {AppContext.BaseDirectory}: these tests need the sources.");
    }
}
