using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LifeCircle.Contracts.Tests;

/// <summary>Who may know whom. Services meet through events and HTTP, never through each other's code.</summary>
public sealed partial class BoundaryTests
{
    private static readonly string[] OfAService = ["LifeCircle.Contracts", "LifeCircle.Messaging", "LifeCircle.ServiceDefaults"];

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateDirectories(Repository.PathOf("src")).Select(folder => Path.GetFileName(folder)!).Append("LifeCircle.ServiceDefaults").Order()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_to_what_it_may_know_only(string project)
    {
        var references = XDocument.Load(ProjectFile(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.Empty(references.Except(MayKnow(project)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_refers_to_what_its_project_may_know_only(string project)
    {
        using var assembly = new PEReader(File.OpenRead(AssemblyFile(project)));
        var metadata = assembly.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => name.StartsWith("LifeCircle.", StringComparison.Ordinal));
        Assert.Empty(references.Except(MayKnow(project)));
    }

    [Fact]
    public void Contracts_need_nothing_at_all()
    {
        var project = XDocument.Load(ProjectFile("LifeCircle.Contracts"));
        Assert.Empty(project.Descendants("PackageReference").Concat(project.Descendants("FrameworkReference")));
    }

    [Fact]
    public void The_town_map_fits_on_two_pages() => Assert.InRange(File.ReadAllLines(Repository.PathOf("LifeCircle.AppHost/AppHost.cs")).Length, 1, 119);

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Repository.PathOf("LifeCircle.sln")).Replace('\\', '/');
        foreach (var project in Sources("*.csproj").Where(file => !file.Contains("Benchmarks", StringComparison.Ordinal))) // built when they are run
            Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_service_with_an_api_has_its_access_matrix_and_its_odd_requests()
    {
        string[] documents = [.. Sources("*.v1.json").Where(file => ApiDocument().IsMatch(file))];
        Assert.Contains("src/LifeCircle.Operators/openapi/operators.v1.json", documents);
        foreach (var (project, service) in documents.Select(file => ApiDocument().Match(file)).Select(file => (file.Groups["project"].Value, file.Groups["service"].Value)))
        {
            Assert.Contains($".CheckAccessAsync(\"{service}\", ", TestsOf("AccessTests.cs"), StringComparison.Ordinal);
            Assert.Matches($@"\.CheckOddRequestsAsync\(\s*""{service}"", ", TestsOf("OddRequestTests.cs"));

            string TestsOf(string file)
            {
                var path = Repository.PathOf($"tests/{project}.Tests/{file}");
                Assert.True(File.Exists(path), $"{project} has an API, but no {file}: nobody has said there how it keeps divisions and operators apart.");
                return File.ReadAllText(path);
            }
        }
    }

    [Fact]
    public void The_tests_of_a_file_stand_where_the_file_stands()
    {
        var sources = Sources("*.cs").ToLookup(file => Path.GetFileName(file)!);
        var astray =
            from test in Sources("*Tests.cs")
            let parts = TestFile().Match(test)
            where parts.Success
            let project = $"{parts.Groups["project"].Value}/"
            let tested = sources[$"{parts.Groups["file"].Value}.cs"].Where(file => file.StartsWith(project, StringComparison.Ordinal)
                || file.StartsWith($"src/{project}", StringComparison.Ordinal)).ToList()
            where tested.Count > 0 && !tested.Any(file => Path.GetDirectoryName(file)!.EndsWith(
                $"{project}{parts.Groups["folder"].Value}".TrimEnd('/'), StringComparison.Ordinal))
            select $"{test} tests {string.Join(", ", tested)}";
        Assert.Empty(astray);
    }

    [Fact]
    public void Patterns_name_the_digits_that_they_mean()
    {
        // .NET's \d is any decimal digit of Unicode, also such as no parser takes: say [0-9], or \p{Nd} where all are meant.
        var loose = Sources("*.cs").Where(file => !file.StartsWith("tests/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(Repository.PathOf(file)).Contains(@"\d", StringComparison.Ordinal));
        Assert.Empty(loose);
    }

    // The gateway and the services; libraries have less to know.
    private static string[] MayKnow(string project) => project switch
    {
        "LifeCircle.Contracts" or "LifeCircle.ServiceDefaults" or "LifeCircle.Hosting.Processes" => [],
        "LifeCircle.Messaging" => ["LifeCircle.Contracts"],
        _ => OfAService,
    };

    private static string ProjectFile(string project) => Repository.PathOf($"{FolderOf(project)}/{project}.csproj");

    // Built for these tests in the configuration that they run in.
    private static string AssemblyFile(string project)
    {
        var build = AppContext.BaseDirectory.TrimEnd('/').Split('/')[^2..];
        return Repository.PathOf($"{FolderOf(project)}/bin/{build[0]}/{build[1]}/{project}.dll");
    }

    private static string FolderOf(string project) => Directory.Exists(Repository.PathOf($"src/{project}")) ? $"src/{project}" : project;

    private static IEnumerable<string> Sources(string pattern) => Directory.EnumerateFiles(Repository.Root, pattern, SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
        .Where(file => !Built().IsMatch(file));

    [GeneratedRegex("(^|/)(bin|obj|artifacts)/")]
    private static partial Regex Built();

    [GeneratedRegex(@"^src/(?<project>[^/]+)/openapi/(?<service>[^/.]+)\.v1\.json$")]
    private static partial Regex ApiDocument();

    [GeneratedRegex(@"^tests/(?<project>[^/]+)\.Tests/(?<folder>.*?)(?<file>[^/]+)Tests\.cs$")]
    private static partial Regex TestFile();
}
