using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>The README's way of an operator, from its application to its first signed webhook, typed as it stands there.</summary>
public sealed partial class IntegrateTests(DemoDistrict district)
{
    private const string Section = "## Integrate in ten minutes\n";

    [Fact]
    public async Task An_operator_gets_from_its_application_to_a_first_signed_webhook_as_the_readme_says()
    {
        var packages = await NodePackages.FolderAsync();
        var folder = Directory.CreateTempSubdirectory("integrate-");
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "node_modules"), Path.Combine(packages, "node_modules"));

            var output = await TypeAsync(folder.FullName, $"{await BlocksAsync()}\nfor i in $(seq 150); do grep -q verified heard && break; sleep 0.2; done\ncat heard");

            Assert.Contains("verified", output, StringComparison.Ordinal);
            Assert.Contains("type: 'offering.published.v1'", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // With this district's address and secret, a port that is free, packages that are there already, and the receiver's words in a file.
    private async Task<string> BlocksAsync()
    {
        var readme = await File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken);
        var section = readme[readme.IndexOf(Section, StringComparison.Ordinal)..].Split("\n## ")[0];
        var blocks = ShellBlock().Matches(section).Select(block => block.Groups[1].Value).ToArray();
        Assert.Equal(3, blocks.Length);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var replaced = string.Join('\n', blocks);
        foreach (var (old, now) in ((string, string)[])
        [
            ("http://127.0.0.1:8080", district.Gateway.ToString().TrimEnd('/')),
            ("<secret that up.sh printed>", await district.Application.GetParameterAsync("demo-planner-secret")),
            ("9000", $"{((IPEndPoint)probe.LocalEndpoint).Port}"),
            ("npm install standardwebhooks\n", ""),
            ("node receiver.mjs \"$SECRET\" &", "touch heard; node receiver.mjs \"$SECRET\" >heard 2>&1 & trap 'kill '$! EXIT;"),
        ])
        {
            Assert.Contains(old, replaced, StringComparison.Ordinal);
            replaced = replaced.Replace(old, now, StringComparison.Ordinal);
        }
        return replaced;
    }

    private static async Task<string> TypeAsync(string folder, string script)
    {
        var (code, output, errors) = await Bash.RunAsync(script, minutes: 3, folder);
        Assert.True(code == 0, output + errors);
        return output + errors;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
