using System.Globalization;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Commands;

/// <summary>Tells on the console how an import goes and how it ended.</summary>
internal static class ImportConsole
{
    private const int ErrorsShown = 50;

    public static void ShowProgress(Import import)
    {
        var part = import.Bytes == 0 ? 1 : (double)import.Counts.BytesRead / import.Bytes;
        Console.WriteLine(import.State is ImportState.Queued
            ? "waiting for the imports before it"
            : Text($"{part:P0}  {Counts(import)}  {import.Stage}").TrimEnd());
    }

    public static async Task ShowErrorsAsync(IServiceProvider services, Import import)
    {
        if (import.Counts.Bad == 0) return;
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        var errors = db.Set<ImportError>().Where(row => row.ImportId == import.Id);
        foreach (var error in await errors.OrderBy(row => row.Line).ThenBy(row => row.Id).Take(ErrorsShown).ToListAsync())
            await Console.Error.WriteLineAsync(
                Text($"line {error.Line}{Part(" ", error.ExternalId)}{Part(", ", error.Field)}: {error.TextEn} ({error.Code})"));
        if (await errors.CountAsync() - ErrorsShown is > 0 and var rest)
            await Console.Error.WriteLineAsync(Text($"and {rest:N0} more; all of them at GET /facilities/v1/imports/{import.Id}/errors"));

        static string Part(string separator, string? text) => text is null ? "" : separator + text;
    }

    public static async Task ShowEndAsync(Import import)
    {
        var result = import.Result is { } json ? $"  {json}" : "";
        if (import.State is ImportState.Done)
            Console.WriteLine(Text($"{(import.CheckOnly ? "checked" : "done")}: {import.Kind}, {Counts(import)}{result}"));
        else
            await Console.Error.WriteLineAsync(
                Text($"{WireNames.Of(import.State)}, nothing was applied: {import.ProblemEn} {Counts(import)}"));
    }

    private static string Counts(Import import) => Text($"{import.Counts.Read:N0} rows: {import.Counts.Created:N0} created, ")
        + Text($"{import.Counts.Changed:N0} changed, {import.Counts.Unchanged:N0} unchanged, {import.Counts.Bad:N0} bad");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
