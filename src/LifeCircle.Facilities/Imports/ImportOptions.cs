namespace LifeCircle.Facilities.Imports;

/// <summary>What imports may cost, from the section <c>Imports</c>.</summary>
public sealed class ImportOptions
{
    /// <summary>Largest content, in bytes. A kind may allow less.</summary>
    public long MaximumBytes { get; set; } = 4L << 30;

    /// <summary>Contents that one replica receives at a time; each holds a database session.</summary>
    public int ConcurrentUploads { get; set; } = 8;

    /// <summary>Slowest upload, bytes a second; a slower one is cut off.</summary>
    public int MinimumBytesPerSecond { get; set; } = 4 * 1024;

    /// <summary>With more bad rows than this an import is given up: it is not the file that was meant.</summary>
    public int MaximumBadRows { get; set; } = 100_000;

    /// <summary>How long the content of an import that did not succeed is kept.</summary>
    public int KeepContentDays { get; set; } = 7;

    /// <summary>How long the bad rows of an import that has ended can be asked for.</summary>
    public int KeepErrorsDays { get; set; } = 90;

    /// <summary>Whether this replica works on imports; without, it only receives them for those that do.</summary>
    public bool Work { get; set; } = true;
}
