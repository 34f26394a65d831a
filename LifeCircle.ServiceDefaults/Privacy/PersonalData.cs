using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Seals and opens what identifies a person. Lists and ordinary answers show masks; the plain text needs a <see cref="RevealGrant"/>, which only
/// an audited reveal gives. To find somebody by a number, keep its <see cref="BlindIndex"/> beside it.
/// </summary>
public sealed class PersonalData(EncryptionKeys keys, ILogger<PersonalData> logger)
{
    /// <summary>Seals a text for one place.</summary>
    /// <param name="column">The column that will keep it.</param>
    /// <param name="row">The id of the row that will keep it.</param>
    /// <param name="text">The plain text.</param>
    public SealedText Seal(SealedColumn column, Guid row, string text) => new(keys.Seal(column, row, Encoding.UTF8.GetBytes(text)));

    /// <summary>The plain text, for the purpose that the grant was given for.</summary>
    /// <exception cref="InvalidOperationException">The grant is for another row or column.</exception>
    /// <exception cref="SealBroken">It cannot be opened.</exception>
    public string Open(SealedColumn column, Guid row, SealedText text, RevealGrant grant)
    {
        if (!grant.Covers(column, row)) throw new InvalidOperationException($"The audited reveal does not cover {column.Name} of {row}.");
        return Plain(column, row, text);
    }

    /// <summary>
    /// The masked text, which needs no purpose; null for null. Of what cannot be opened nothing is shown, and an error logged: one such row must
    /// not take the whole list away.
    /// </summary>
    /// <param name="column">The column that keeps it.</param>
    /// <param name="row">The id of the row that keeps it.</param>
    /// <param name="text">What it keeps.</param>
    /// <param name="mask">One of <see cref="Masks"/>.</param>
    public string? Mask(SealedColumn column, Guid row, SealedText? text, Mask mask)
    {
        try
        {
            return text is null ? null : mask.Of(Plain(column, row, text));
        }
        catch (SealBroken broken)
        {
            logger.LogError(broken, "A masked text is hidden altogether");
            return Masks.Hidden;
        }
    }

    private string Plain(SealedColumn column, Guid row, SealedText text) => Encoding.UTF8.GetString(keys.Open(column, row, text.Box));
}

public static class PersonalDataRegistration
{
    /// <summary>
    /// Adds <see cref="PersonalData"/>, <see cref="BlindIndex"/> and <see cref="SealedSecrets"/>; the service does not start without their keys, nor with other ones than before.
    /// </summary>
    public static void AddPersonalData(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => EncryptionKeys.Read(services.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton(services => BlindIndex.Read(services.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton<PersonalData>().AddSingleton<SealedSecrets>();
        builder.Services.AddOptions<KeysAtStart>().Configure<EncryptionKeys, BlindIndex>((_, _, _) => { }).ValidateOnStart();
    }

    /// <summary>The table that tells whether the keys are the same as before. A service with sealed texts calls it in OnModelCreating.</summary>
    public static ModelBuilder AddPersonalData(this ModelBuilder model)
    {
        KeyChecks.Map(model);
        return model;
    }

    // Nothing but a reason to read the keys before the first request comes.
    private sealed class KeysAtStart;
}
