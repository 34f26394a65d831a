using System.Text;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>Copies checkpoints to the log and, if there is one, to the file. What could not be written is made up for with the next pass, or by the next start.</summary>
internal sealed class CheckpointCopies(string? file, ILogger logger)
{
    private const int TailLength = 4096; // some lines; of our own or of a replica that shares the file

    private long _logged;
    private long _written;
    private bool _isFailing;

    /// <summary>Nothing stops it in the middle. Costs nothing when it was done before.</summary>
    /// <param name="checkpoint">The last one.</param>
    /// <param name="isOurs">Made by this replica; another one has logged its own, and may have a file of its own.</param>
    public async Task KeepAsync(AuditCheckpoint checkpoint, bool isOurs)
    {
        var line = checkpoint.ToLine();
        // The last one before a start too: the replica that made it may have been killed.
        if ((isOurs || _logged == 0) && _logged < checkpoint.Number)
        {
            logger.LogInformation("Audit checkpoint {Checkpoint}", line);
            _logged = checkpoint.Number;
        }
        if (file is not { Length: > 0 } || _written >= checkpoint.Number) return;
        try
        {
            var tail = await TailAsync(file);
            if (!$"\n{tail}".Contains($"\n{line}\n", StringComparison.Ordinal)) await AppendAsync(file, (tail is "" or [.., '\n'] ? "" : "\n") + line + "\n");
            _written = checkpoint.Number;
            if (_isFailing) logger.LogInformation("Audit checkpoints can be written to {File} again", file);
            _isFailing = false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (!_isFailing) logger.LogError(fault, "Audit checkpoint {Number} is in the log and the database, but could not be written to {File}; trying again every second", checkpoint.Number, file);
            _isFailing = true;
        }
    }

    private static async Task<string> TailAsync(string file)
    {
        if (!File.Exists(file)) return "";
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (!stream.CanSeek) return "";
        stream.Seek(-Math.Min(TailLength, stream.Length), SeekOrigin.End);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    // Only appending, which a disk or a file may be confined to.
    private static async Task AppendAsync(string file, string text)
    {
        await using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }
}
