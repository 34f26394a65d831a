using System.Net;
using System.Text;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests.Contacts;

public sealed class ContactTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    private static readonly TestToken Revealer = Applicant.Reviewer with { Scopes = ["operators.reveal"] };

    [Fact]
    public async Task A_contact_is_shown_masked_and_stored_sealed()
    {
        var applicant = await Applicant.ApplyAsync(app);

        var (contact, own) = (await applicant.GetAsync("/contact"), await applicant.GetAsync("/contact", applicant.Own));

        Assert.Equal(("欧阳**", "0392-****000", "k***@example.com"), (contact["name"], contact["phone"], contact["email"]));
        Assert.Equal(contact.Text, own.Text);
        string[] tables = ["contact", "operator", "vetting_step", "change", "outbox_message", "idempotency_key", "audit_entry"];
        foreach (var secret in (string[])["欧阳测试", "2900000", "kaifa"])
        {
            var bytes = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)); // as bytea is shown
            foreach (var table in tables)
                Assert.True(await app.Database.CountAsync($"{table} AS t WHERE t::text LIKE '%{secret}%' OR t::text LIKE '%{bytes}%'") == 0, $"{secret} in {table}");
        }
    }

    [Fact]
    public async Task It_is_revealed_to_the_district_for_a_purpose_and_with_an_entry_in_the_audit()
    {
        var applicant = await Applicant.ApplyAsync(app);
        using var client = app.Client(Revealer);

        var plain = await client.PostJsonAsync($"{applicant.Path}/contact/reveal", """{"purpose": "complaint", "reason": "case 2026-17"}""");
        var aimless = await client.PostJsonAsync($"{applicant.Path}/contact/reveal", """{"reason": "case 2026-17"}""");
        using var own = app.Client(applicant.Own with { Scopes = ["operators.reveal"] });
        var third = await own.PostJsonAsync($"{applicant.Path}/contact/reveal", """{"purpose": "complaint", "reason": "case 2026-17"}""");

        Assert.Equal((HttpStatusCode.OK, "欧阳测试", "0392-2900000", "kaifa@example.com"), (plain.Status, plain["name"], plain["phone"], plain["email"]));
        Assert.Equal("no-store", plain.Header("Cache-Control"));
        Assert.Equal((HttpStatusCode.BadRequest, "purpose"), (aimless.Status, aimless.Fields));
        Assert.Equal("operators.district_only", third.Code);
        Assert.Equal(1, await app.Database.CountAsync(
            $"audit_entry WHERE subject_id = '{applicant.Id}' AND action = 'operator.revealed' AND purpose = 'complaint' AND reason = 'case 2026-17'"));
    }

    [Fact]
    public async Task An_operator_names_another_contact()
    {
        var applicant = await Applicant.ApplyAsync(app);
        using var client = app.Client(applicant.Own);
        const string other = """{"name": "张三", "phone": "13800138000"}""";

        var without = await client.PutJsonAsync($"{applicant.Path}/contact", other);
        var wrong = await client.PutJsonAsync($"{applicant.Path}/contact", """{"name": "张三", "phone": "1-2-3"}""", ("If-Match", "*"));
        var changed = await client.PutJsonAsync($"{applicant.Path}/contact", other, ("If-Match", "\"1\""));
        var stale = await client.PutJsonAsync($"{applicant.Path}/contact", other, ("If-Match", "\"1\""));

        Assert.Equal((428, 412), ((int)without.Status, (int)stale.Status));
        Assert.Equal("phone", wrong.Fields);
        Assert.Equal((HttpStatusCode.OK, "张*", "138****8000", "\"2\""), (changed.Status, changed["name"], changed["phone"], changed.Header("ETag")));
    }
}
