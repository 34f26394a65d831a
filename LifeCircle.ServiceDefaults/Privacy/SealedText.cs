using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.ServiceDefaults;

/// <summary>A text as the database keeps it: sealed. Only <see cref="PersonalData"/> opens it, and only for a purpose; or <see cref="SealedSecrets"/>, if it tells of no person.</summary>
public sealed class SealedText
{
    internal SealedText(byte[] box) => Box = box;

    internal byte[] Box { get; }

    /// <summary>Nothing of the content: it may get into a log.</summary>
    public override string ToString() => "(sealed)";
}

/// <summary>Where sealed texts are kept. The name is part of the seal, so it stays when table or column are renamed.</summary>
/// <param name="Name"><c>table.column</c>, as when the first text was sealed.</param>
public sealed record SealedColumn(string Name)
{
    /// <summary>It keeps secrets of the service, which tell of no person: see <see cref="SealedSecrets"/>.</summary>
    public bool IsSecret { get; init; }
}

/// <summary>Maps sealed texts to <c>bytea</c> columns.</summary>
public static class SealedMapping
{
    internal const string Annotation = "LifeCircle:Sealed";

    /// <summary>A column of sealed texts, which the verb <c>rekey</c> will find. The table's key must be one uuid.</summary>
    public static PropertyBuilder<SealedText> IsSealed(this PropertyBuilder<SealedText> property, SealedColumn column) => property
        .HasConversion(text => text.Box, box => new SealedText(box), new ValueComparer<SealedText>(
            (a, b) => AreEqual(a, b), text => HashOf(text), text => text))
        .HasAnnotation(Annotation, column.Name);

    private static bool AreEqual(SealedText? a, SealedText? b) =>
        ReferenceEquals(a, b) || (a is not null && b is not null && a.Box.AsSpan().SequenceEqual(b.Box));

    private static int HashOf(SealedText text)
    {
        var hash = new HashCode();
        hash.AddBytes(text.Box);
        return hash.ToHashCode();
    }
}
