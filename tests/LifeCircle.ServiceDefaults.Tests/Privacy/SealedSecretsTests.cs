namespace LifeCircle.ServiceDefaults.Tests.Privacy;

public sealed class SealedSecretsTests
{
    private static readonly SealedColumn Secret = new("draw.seed") { IsSecret = true };

    private readonly SealedSecrets _secrets = new(EncryptionKeys.Read(Ring.Configuration(("CurrentKey", "k1"), ("Keys:k1", Ring.K1))));

    [Fact]
    public void A_secret_is_opened_where_it_was_sealed_only()
    {
        var row = Guid.CreateVersion7();
        var box = _secrets.Seal(Secret, row, [1, 2, 3]);
        Assert.Equal([1, 2, 3], _secrets.Open(Secret, row, box));
        Assert.Throws<SealBroken>(() => _secrets.Open(Secret, Guid.CreateVersion7(), box));
    }

    [Fact]
    public void Personal_data_is_not_opened_past_the_audit()
    {
        var (row, personal) = (Guid.CreateVersion7(), new SealedColumn("person.name"));
        Assert.Throws<InvalidOperationException>(() => _secrets.Seal(personal, row, [1]));
        Assert.Throws<InvalidOperationException>(() => _secrets.Open(personal, row, _secrets.Seal(Secret, row, [1])));
    }
}
