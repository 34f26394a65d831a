using System.Net;
using System.Text;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports;

public sealed class StreamTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private const int Rows = 4_000;
    private const int RowBytes = 50_000;

    [Fact]
    public async Task Two_hundred_megabytes_go_through_in_bounded_memory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var watch = new Peak();
        using var accepted = await app.PostAsync("kind=buildings&source=huge", FacilitiesApp.Ndjson, new Generated());
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);

        var import = await app.EndOfAsync(accepted);

        Assert.Equal(Counts.Done(created: Rows), Counts.Of(import));
        Assert.Equal((long)Rows * RowBytes, import.GetProperty("bytes").GetInt64());
        // Client, service and test together, with what waits to be collected, which is more on a busy machine; whoever held the file would need all of it.
        Assert.InRange(watch.Bytes - before, 0, (long)Rows * RowBytes * 3 / 4);
    }

    /// <summary>Rows with much air in them, made as they are sent.</summary>
    private sealed class Generated : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var row = new byte[RowBytes];
            for (var number = 0; number < Rows; number++)
            {
                Array.Fill(row, (byte)' ');
                Encoding.UTF8.GetBytes(Building($"{number}")).CopyTo(row, 0);
                row[^1] = (byte)'\n';
                await stream.WriteAsync(row);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Peak : IDisposable
    {
        private readonly Timer _timer;
        private long _bytes;

        public Peak() => _timer = new Timer(_ => _bytes = Math.Max(_bytes, GC.GetTotalMemory(forceFullCollection: false)), null, 0, 20);

        public long Bytes => _bytes;

        public void Dispose() => _timer.Dispose();
    }
}
