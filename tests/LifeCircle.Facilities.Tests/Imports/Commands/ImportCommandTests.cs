using LifeCircle.Facilities.Imports.Commands;
using Microsoft.Extensions.DependencyInjection;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports.Commands;

public sealed class ImportCommandTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    [Fact]
    public async Task Imports_a_file_as_a_request_would_and_says_what_it_did()
    {
        var (code, output, error) = await RunAsync("import", ["facilities", FileOf(".ndjson", Facility("1")), "--source", "file"]);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("done: facilities, 1 rows: 1 created, 0 changed, 0 unchanged, 0 bad", output);
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'file'"));
        Assert.Equal(1L, await app.Database.CountAsync("import WHERE client_id = 'command line' AND source = 'file' AND state = 'done' AND idempotency_key IS NULL"));
        Assert.Equal(1L, await app.Database.CountAsync("change JOIN facility ON facility.id = entity_id WHERE source = 'file'"));
    }

    [Fact]
    public async Task Shows_fifty_bad_rows_and_counts_the_rest()
    {
        var lines = Enumerable.Range(1, 70).Select(number => Facility($"F-{number}", (1, 1)));
        var (code, _, error) = await RunAsync("import", ["facilities", FileOf(".ndjson", string.Join('\n', lines))]);

        Assert.Equal(1, code);
        Assert.Contains("line 1 F-1, lon: The point is outside the district.", error);
        Assert.Equal(50, error.Split('\n').Count(line => line.StartsWith("line ", StringComparison.Ordinal)));
        Assert.Contains("and 20 more", error);
        Assert.Contains("refused, nothing was applied: There are bad rows", error);
    }

    [Fact]
    public async Task Skips_bad_rows_or_only_checks_when_told_so()
    {
        var file = FileOf(".csv", "external_id,category,name_zh,lon,lat\n1,pharmacy,药店,114.15,35.88\n2,pharmacy,药店,1,1\n");

        Assert.Equal(1, (await RunAsync("import", ["facilities", file, "--source", "skip", "--check-only"])).Code);
        Assert.Equal(0, (await RunAsync("import", ["facilities", file, "--source", "skip", "--check-only", "--skip-bad-rows"])).Code);
        Assert.Equal(0L, await app.Database.CountAsync("facility WHERE source = 'skip'"));
        Assert.Equal(0, (await RunAsync("import", ["facilities", file, "--source", "skip", "--skip-bad-rows"])).Code);
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'skip'"));
    }

    [Theory]
    [InlineData("A kind and a file are needed.")]
    [InlineData("A kind and a file are needed.", "facilities")]
    [InlineData("There are divisions, life_circles, facilities, buildings", "castles", "x.csv")]
    [InlineData("--sorce", "facilities", "x.csv", "--sorce", "S")]
    [InlineData(".geojson, .json, .ndjson, .jsonl", "divisions", "x.csv")]
    [InlineData("Could not find", "facilities", "/nowhere/x.csv")]
    [InlineData("--source", "facilities", "x.csv", "--source")]
    public async Task Wrong_arguments_are_explained(string expected, params string[] arguments)
    {
        var imports = await app.Database.CountAsync("import");

        var (code, _, error) = await RunAsync("import", arguments);

        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Contains("Usage: import <kind> <file>", error);
        Assert.Equal(imports, await app.Database.CountAsync("import"));
    }

    [Fact]
    public async Task The_demo_district_leaves_a_district_alone()
    {
        var (code, output, _) = await RunAsync("import-demo", []);

        Assert.Equal(0, code);
        Assert.Contains("There is a district already", output);
        Assert.Equal(6L, await app.Database.CountAsync("division"));
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string verb, string[] arguments)
    {
        var (before, beforeError) = (Console.Out, Console.Error);
        using var output = new StringWriter();
        using var error = new StringWriter();
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            await using var scope = app.Services.CreateAsyncScope();
            var run = verb == "import" ? ImportCommand.Verb : ImportDemoCommand.Verb;
            Assert.Equal(verb, run.Name);
            return (await run.RunAsync(scope.ServiceProvider, arguments, TestContext.Current.CancellationToken), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(before);
            Console.SetError(beforeError);
        }
    }

    private static string FileOf(string ending, string content)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("import-").FullName, $"file{ending}");
        File.WriteAllText(file, content);
        return file;
    }
}
