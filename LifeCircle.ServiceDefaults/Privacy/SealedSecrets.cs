namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Seals what the service must keep to itself for a while and what tells of no person, such as the seed of a draw: under the same ring as personal data, and
/// found by <c>rekey</c>. It opens columns of secrets only, so that nobody gets at personal data past the audit.
/// </summary>
public sealed class SealedSecrets(EncryptionKeys keys)
{
    /// <param name="column">The column that will keep it; one with <see cref="SealedColumn.IsSecret"/>.</param>
    /// <param name="row">The id of the row that will keep it.</param>
    /// <param name="secret">What to seal.</param>
    public SealedText Seal(SealedColumn column, Guid row, ReadOnlySpan<byte> secret) => new(keys.Seal(Required(column), row, secret));

    /// <exception cref="SealBroken">It cannot be opened.</exception>
    public byte[] Open(SealedColumn column, Guid row, SealedText secret) => keys.Open(Required(column), row, secret.Box);

    private static SealedColumn Required(SealedColumn column) => column.IsSecret ? column
        : throw new InvalidOperationException($"{column.Name} keeps personal data, which is opened for an audited purpose only.");
}
