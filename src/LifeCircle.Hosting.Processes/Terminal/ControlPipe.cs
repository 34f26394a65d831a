using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;

namespace LifeCircle.Hosting.Processes.Terminal;

/// <summary>How the verbs reach the running instance: one line there, text back until the end. Only its own user may connect.</summary>
internal static class ControlPipe
{
    public static async Task ServeAsync(string dataFolder, Func<string, Task<string>> answer)
    {
        File.Delete(PathFor(dataFolder)); // left by a killed instance
        while (true)
        {
            var pipe = new NamedPipeServerStream(PathFor(dataFolder), PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances,
                PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
            File.SetUnixFileMode(PathFor(dataFolder), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await pipe.WaitForConnectionAsync();
            _ = AnswerAsync(pipe, answer);
        }
    }

    /// <summary>The answer of the instance that uses the folder; null where none does.</summary>
    public static async Task<string?> AskAsync(string dataFolder, string command, CancellationToken cancel)
    {
        await using var pipe = new NamedPipeClientStream(".", PathFor(dataFolder), PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            await pipe.ConnectAsync(TimeSpan.FromMilliseconds(200), cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
        await pipe.WriteAsync(Encoding.UTF8.GetBytes(command + "\n"), cancel);
        using var reader = new StreamReader(pipe);
        return await reader.ReadToEndAsync(cancel);
    }

    private static async Task AnswerAsync(NamedPipeServerStream pipe, Func<string, Task<string>> answer)
    {
        await using var connection = pipe;
        using var reader = new StreamReader(pipe);
        try
        {
            await pipe.WriteAsync(Encoding.UTF8.GetBytes(await answer(await reader.ReadLineAsync() ?? "")));
        }
        catch (HostingException refusal)
        {
            await pipe.WriteAsync(Encoding.UTF8.GetBytes("error: " + refusal.Message));
        }
        catch (IOException)
        {
            // The asker has gone.
        }
    }

    /// <summary>It is a socket, whose path has at most 107 bytes; a deep data folder gets one elsewhere, found again by its hash.</summary>
    private static string PathFor(string dataFolder) => Path.Combine(dataFolder, "control") is { Length: < 100 } path ? path
        : Path.Combine(Path.GetTempPath(), "lifecircle-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder))));
}
