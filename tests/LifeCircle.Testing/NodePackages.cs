using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>
/// Independent implementations from npm, run by node. They are installed once, as the lock file has them, below the solution's <c>artifacts</c>.
/// A machine without node skips the tests that need them.
/// </summary>
public static class NodePackages
{
    private static readonly SemaphoreSlim Installing = new(1);

    /// <summary>Runs a script of the folder <c>npm</c> of the Operators' tests and returns what it writes.</summary>
    public static Task<string> RunAsync(string script, string input, params string[] arguments) => RunOfAsync("Operators", script, input, arguments);

    /// <summary>The same of another service's tests.</summary>
    public static async Task<string> RunOfAsync(string service, string script, string input, params string[] arguments)
    {
        var (code, output) = await ExecuteAsync(await FolderAsync(service), "node", input, [script, .. arguments]);
        Assert.True(code == 0, output);
        return output.Trim();
    }

    /// <summary>Where they are installed.</summary>
    /// <param name="service">Whose tests have the folder <c>npm</c>.</param>
    public static async Task<string> FolderAsync(string service = "Operators")
    {
        var source = Repository.PathOf($"tests/LifeCircle.{service}.Tests/npm");
        var files = Directory.GetFiles(source).Order(StringComparer.Ordinal).ToArray();
        var content = files.SelectMany(File.ReadAllBytes).ToArray();
        var folder = Repository.PathOf($"artifacts/npm/{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}");
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (Directory.Exists(folder)) return folder;
            Assert.SkipUnless(await IsThereAsync("node") && await IsThereAsync("npm"), "node and npm are not installed on this machine.");
            // Complete under another name first: a run that was stopped half-way leaves nothing that looks complete.
            var fresh = $"{folder}.{Guid.CreateVersion7():n}";
            Directory.CreateDirectory(fresh);
            foreach (var file in files) File.Copy(file, Path.Combine(fresh, Path.GetFileName(file)));
            var (code, output) = await ExecuteAsync(fresh, "npm", "", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            Assert.True(code == 0, output);
            Directory.Move(fresh, folder);
            return folder;
        }
        finally
        {
            Installing.Release();
        }
    }

    private static async Task<bool> IsThereAsync(string program)
    {
        try
        {
            return (await ExecuteAsync(AppContext.BaseDirectory, program, "", ["--version"])).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int Code, string Output)> ExecuteAsync(string folder, string program, string input, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
