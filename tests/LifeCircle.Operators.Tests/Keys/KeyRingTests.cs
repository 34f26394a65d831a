using System.Security.Cryptography;
using LifeCircle.Operators.Keys;

namespace LifeCircle.Operators.Tests.Keys;

public sealed class KeyRingTests(TestServers servers) : IAsyncLifetime
{
    private readonly OperatorsApp _app = new(servers);

    public async ValueTask InitializeAsync() => await _app.InitializeAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_restart_and_a_second_replica_use_the_same_keys()
    {
        var before = await _app.KeyIdsAsync();
        var token = await _app.TokenAsync(OperatorsApp.Reader);

        var second = await _app.StartReplicaAsync();
        await _app.StopReplicaAsync();

        Assert.Equal(before, await _app.KeyIdsAsync(second));
        Assert.True((await _app.IntrospectAsync(OperatorsApp.Reader, token, second)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Replicas_that_start_at_once_agree_on_one_key()
    {
        await _app.StopReplicaAsync();
        await _app.Database.ExecuteAsync("DELETE FROM signing_key");

        var addresses = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => _app.StartReplicaAsync())));

        Assert.Equal(1, await _app.Database.CountAsync("signing_key"));
        var published = await Task.WhenAll(addresses.Select(_app.KeyIdsAsync));
        Assert.Single(published.Select(ids => Assert.Single(ids)).Distinct());
    }

    [Fact]
    public async Task The_next_key_is_published_before_it_signs_and_the_last_stays_until_its_tokens_have_expired()
    {
        var second = await _app.StartReplicaAsync();
        var first = Assert.Single(await _app.KeyIdsAsync());

        _app.Clock.Advance(TimeSpan.FromDays(29));
        await PublishedAsync(2);
        var next = Assert.Single((await _app.KeyIdsAsync()).Except([first]));
        Assert.Equal(first, await SignerAsync(_app.Address));
        Assert.Equal(first, await SignerAsync(second));

        _app.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        var oldToken = await _app.TokenAsync(OperatorsApp.Reader);
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.IsAsync(next, () => SignerAsync(_app.Address));
        await Eventually.IsAsync(next, () => SignerAsync(second));
        Assert.Equal(2, (await _app.KeyIdsAsync()).Length);
        Assert.True((await _app.IntrospectAsync(OperatorsApp.Reader, oldToken)).GetProperty("active").GetBoolean());

        _app.Clock.Advance(TimeSpan.FromMinutes(21));
        await PublishedAsync(1);
        Assert.Equal(next, Assert.Single(await _app.KeyIdsAsync()));
        Assert.Equal(1, await _app.Database.CountAsync("signing_key"));

        async Task PublishedAsync(int count)
        {
            await Eventually.IsAsync(count, async () => (await _app.KeyIdsAsync()).Length);
            await Eventually.IsAsync(count, async () => (await _app.KeyIdsAsync(second)).Length);
        }
    }

    [Fact]
    public async Task The_private_key_is_not_in_the_database_as_such()
    {
        var stored = await _app.Database.QueryAsync<byte[]>("SELECT sealed_private_key FROM signing_key");
        var id = await _app.Database.QueryAsync<string>("SELECT id FROM signing_key");

        using var key = ECDsa.Create();
        for (var offset = 0; offset < stored.Length; offset++)
            Assert.ThrowsAny<CryptographicException>(() => key.ImportPkcs8PrivateKey(stored.AsSpan(offset), out _));
        using var encryption = new KeyEncryption(OperatorsApp.KeyEncryptionKey);
        key.ImportPkcs8PrivateKey(encryption.Open(id, stored), out _);
        Assert.Throws<AuthenticationTagMismatchException>(() => encryption.Open("another id", stored));
    }

    [Fact]
    public async Task A_replica_with_another_key_encryption_key_does_not_start_and_says_why()
    {
        var refusal = Assert.IsType<SigningKeyUnreadable>(await _app.RefusedStartAsync(
            new KeyValuePair<string, string>("Operators:KeyEncryptionKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))));

        Assert.Contains("Operators__KeyEncryptionKey", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await _app.Database.CountAsync("signing_key"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("dG9vIHNob3J0")]
    public async Task A_replica_without_a_usable_key_encryption_key_does_not_start_and_says_why(string key)
    {
        var refusal = await _app.RefusedStartAsync(new KeyValuePair<string, string>("Operators:KeyEncryptionKey", key));

        Assert.Contains("base64 of 32 random bytes", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<string> SignerAsync(Uri replica) =>
        OperatorsApp.Read(await _app.TokenAsync(OperatorsApp.Reader, at: replica)).Header.GetProperty("kid").GetString()!;
}
