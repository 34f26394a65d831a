namespace LifeCircle.Hosting.Processes.Running;

/// <summary>One resource's output, fresh at every start and bounded: the newest 16 to 32 MB in two files.</summary>
internal sealed class LogFile
{
    private const int Limit = 16 << 20;
    private readonly Lock _gate = new();
    private StreamWriter _writer;

    public LogFile(string path)
    {
        Path = path;
        File.Delete(path + ".1");
        _writer = Open(path);
    }

    public string Path { get; }

    /// <summary>The newest line, for messages.</summary>
    public string? Last { get; private set; }

    public void Write(string line)
    {
        lock (_gate)
        {
            if (_writer.BaseStream.Position > Limit)
            {
                _writer.Dispose();
                File.Move(Path, Path + ".1", overwrite: true);
                _writer = Open(Path);
            }
            _writer.WriteLine(line);
            Last = line.Trim();
        }
    }

    private static StreamWriter Open(string path) =>
        new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
}
