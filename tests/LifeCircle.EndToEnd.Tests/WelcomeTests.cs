using System.Text.Json;
using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>What up.sh prints for people to paste.</summary>
public sealed class WelcomeTests(DemoDistrict district)
{
    [Fact]
    public async Task The_three_requests_of_the_welcome_work_as_pasted()
    {
        var welcome = await BashAsync($"{Repository.PathOf("deploy/welcome.sh")}");
        var requests = welcome.Split('\n').Where(line => line.StartsWith("TOKEN=", StringComparison.Ordinal) || line.StartsWith("curl ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, requests.Length);

        var answers = await BashAsync(string.Join("; echo; ", requests));

        var bodies = answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(2, bodies.Length);
        var (reach, search) = (bodies[0], bodies[1]);
        Assert.Equal(3, reach.GetProperty("items").GetArrayLength());
        Assert.All(reach.GetProperty("items").EnumerateArray(), item =>
        {
            Assert.True(item.GetProperty("open").GetBoolean());
            Assert.InRange(item.GetProperty("seconds").GetInt32(), 0, 900);
        });
        Assert.All(search.GetProperty("items").EnumerateArray(), item => Assert.Contains("药店", item.GetProperty("name_zh").GetString(), StringComparison.Ordinal));
    }

    private async Task<string> BashAsync(string command)
    {
        var (code, output, errors) = await Bash.RunAsync(command, minutes: 2, variables: await district.Application.GetEnvironmentAsync(TestContext.Current.CancellationToken));
        Assert.True(code == 0, errors);
        return output;
    }
}
