using CsCheck;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Tests.Walking;

public sealed class NetworkFileTests
{
    [Fact]
    public void Gives_back_the_network_that_was_written() => RandomStreets.Networks.Sample(network =>
    {
        using var file = new MemoryStream();
        NetworkFile.Write(network, file);
        file.Position = 0;

        var read = NetworkFile.Read(file);

        Assert.Equal(file.Length, file.Position);
        Assert.Equal(network.JunctionLon, read.JunctionLon);
        Assert.Equal(network.JunctionLat, read.JunctionLat);
        Assert.Equal(network.FirstArc, read.FirstArc);
        Assert.Equal(network.ArcHead, read.ArcHead);
        Assert.Equal(network.ArcEdge, read.ArcEdge);
        Assert.Equal(network.Edges.Centimetres, read.Edges.Centimetres);
        Assert.Equal(network.Edges.Kinds, read.Edges.Kinds);
        Assert.Equal(network.Edges.PointLon, read.Edges.PointLon);
        Assert.Equal(network.Edges.PointLat, read.Edges.PointLat);
    });

    [Fact]
    public void Says_what_to_do_about_a_format_that_it_does_not_know()
    {
        var refused = Assert.Throws<InvalidDataException>(() => NetworkFile.Read(new MemoryStream(new byte[64])));
        Assert.Contains("import the streets again", refused.Message, StringComparison.Ordinal);
    }
}
