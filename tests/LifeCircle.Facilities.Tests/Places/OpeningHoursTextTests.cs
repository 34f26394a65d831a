using CsCheck;
using LifeCircle.Facilities.Places;

namespace LifeCircle.Facilities.Tests.Places;

public class OpeningHoursTextTests
{
    private const string AllWeek = "\"mo\",\"tu\",\"we\",\"th\",\"fr\",\"sa\",\"su\"";

    [Theory]
    [InlineData("24/7", """{"always_open":true}""")]
    [InlineData("Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off",
        """{"weekly":[{"days":["mo","tu","we","th","fr"],"from":"08:00","to":"12:00"},{"days":["mo","tu","we","th","fr"],"from":"14:00","to":"18:00"},{"days":["sa"],"from":"09:00","to":"12:00"}],"holidays":{"on":"closed"}}""")]
    [InlineData("08:00-20:00", $$"""{"weekly":[{"days":[{{AllWeek}}],"from":"08:00","to":"20:00"}]}""")]
    [InlineData("Sa-Mo 9:00-17:30", """{"weekly":[{"days":["mo","sa","su"],"from":"09:00","to":"17:30"}]}""")]
    [InlineData("Mo,We 22:00-26:00", """{"weekly":[{"days":["mo","we"],"from":"22:00","to":"02:00"}]}""")]
    [InlineData("Mo-Su 00:00-24:00", $$"""{"weekly":[{"days":[{{AllWeek}}],"from":"00:00","to":"24:00"}]}""")]
    [InlineData("Mo-Sa,PH 08:00-12:00", """{"weekly":[{"days":["mo","tu","we","th","fr","sa"],"from":"08:00","to":"12:00"}],"holidays":{"on":"own_hours","hours":[{"from":"08:00","to":"12:00"}]}}""")]
    [InlineData("Mo-Su 08:00-18:00; Tu off", """{"weekly":[{"days":["mo","we","th","fr","sa","su"],"from":"08:00","to":"18:00"}]}""")]
    [InlineData("Sa-Su", """{"weekly":[{"days":["sa","su"],"from":"00:00","to":"24:00"}]}""")]
    [InlineData("May-Aug 08:00-18:00", $$"""{"weekly":[],"seasons":[{"from":"05-01","to":"08-31","weekly":[{"days":[{{AllWeek}}],"from":"08:00","to":"18:00"}]}]}""")]
    [InlineData("May 01-15 08:00-18:00", $$"""{"weekly":[],"seasons":[{"from":"05-01","to":"05-15","weekly":[{"days":[{{AllWeek}}],"from":"08:00","to":"18:00"}]}]}""")]
    [InlineData("Apr-Oct Su 10:00-18:00", """{"weekly":[],"seasons":[{"from":"04-01","to":"10-31","weekly":[{"days":["su"],"from":"10:00","to":"18:00"}]}]}""")]
    [InlineData("Mo 08:00-18:00; Nov 15-Mar 15: Tu 09:00-12:00",
        """{"weekly":[{"days":["mo"],"from":"08:00","to":"18:00"}],"seasons":[{"from":"11-15","to":"03-15","weekly":[{"days":["mo"],"from":"08:00","to":"18:00"},{"days":["tu"],"from":"09:00","to":"12:00"}]}]}""")]
    [InlineData("Mo 08:00-18:00; Feb off", """{"weekly":[{"days":["mo"],"from":"08:00","to":"18:00"}],"seasons":[{"from":"02-01","to":"02-29","weekly":[]}]}""")]
    [InlineData("Su 10:00-12:00; Dec 25 off", """{"weekly":[{"days":["su"],"from":"10:00","to":"12:00"}],"seasons":[{"from":"12-25","to":"12-25","weekly":[]}]}""")]
    public void Reads_the_common_notation(string text, string json)
    {
        Assert.True(OpeningHoursText.TryParse(text, out var hours, out var reason), reason);
        Assert.Equal(json, hours.ToJson());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sunrise-sunset")]
    [InlineData("Mo-Fr 08:00+")]
    [InlineData("Mo-Fr 08:00-18:00 \"by appointment\"")]
    [InlineData("SH Mo 08:00-09:00")]
    [InlineData("week 1-20 Mo 08:00-09:00")]
    [InlineData("Mo[1] 08:00-09:00")]
    [InlineData("Mo-Fr 08:00-18:00, Sa 09:00-12:00")]
    [InlineData("PH-Fr 08:00-09:00")]
    [InlineData("Nov-Mar 08:00-09:00; Mo 10:00-11:00")]
    [InlineData("Mo 08:00-18:00; Nov PH 08:00-09:00")]
    [InlineData("Nov 15-Mar 08:00-09:00")]
    [InlineData("Feb 30-Mar 02 08:00-09:00")]
    [InlineData("Mo 25:00-26:00")]
    [InlineData("Mo 0\u0668:00-18:00")] // an Arabic eight
    [InlineData("Dec 2\u0665 08:00-18:00")]
    [InlineData("Mo 08:00-34:00")]
    [InlineData("Mo 23:00-49:00")]
    [InlineData("Mo 10:00-10:00")]
    [InlineData("PH off")]
    [InlineData("by appointment")]
    public void Says_why_it_does_not_understand(string? text)
    {
        Assert.False(OpeningHoursText.TryParse(text, out var hours, out var reason));
        Assert.Null(hours);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void Never_fails_otherwise_on_any_text() =>
        Gen.OneOf(Gen.String, Gen.String["MoTuSaPHJanov -,:;0123456789/f"]).Sample(text =>
            OpeningHoursText.TryParse(text, out var hours, out var reason) == (hours is not null) && hours is null == reason is not null);
}
