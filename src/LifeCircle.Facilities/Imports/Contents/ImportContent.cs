using LifeCircle.Facilities.Imports.Running;
using Npgsql;

namespace LifeCircle.Facilities.Imports.Contents;

/// <summary>The content of an import. It can be opened as often as a kind needs.</summary>
internal sealed class ImportContent(IServiceScopeFactory scopes, Import import, ImportFormat format, ImportCounts counts)
{
    public ImportFormat Format => format;

    /// <summary>Only of CSV; null: to be found out.</summary>
    public CsvDelimiter? Delimiter => import.Delimiter;

    public long Bytes => import.Bytes;

    /// <summary>From the start, forward only. It counts what was read into the import's progress.</summary>
    public Stream Open() => new Chunks(scopes, import.Id, counts);

    private sealed class Chunks(IServiceScopeFactory scopes, Guid import, ImportCounts counts) : Stream
    {
        private readonly byte[] _chunk = new byte[ImportIntake.ChunkBytes];
        private AsyncServiceScope? _scope;
        private NpgsqlConnection? _session;
        private int _number;
        private int _position;
        private int _length;
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_position == _length) await NextAsync(cancellationToken);
            return Give(buffer.Span);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        // For readers that know no other way.
        public override int Read(Span<byte> buffer)
        {
            if (_position == _length) NextAsync(CancellationToken.None).GetAwaiter().GetResult();
            return Give(buffer);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            if (_scope is { } scope) await scope.DisposeAsync();
            _scope = null;
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _scope?.Dispose();
            _scope = null;
            base.Dispose(disposing);
        }

        private async Task NextAsync(CancellationToken cancel)
        {
            using var quiet = FacilitiesTelemetry.Unrecorded();
            if (_session is null)
            {
                _scope = scopes.CreateAsyncScope();
                _session = await _scope.Value.ServiceProvider.GetRequiredService<FacilitiesDbContext>().OpenSessionAsync(cancel);
            }
            await using var command = _session.Command("SELECT data FROM import_chunk WHERE import_id = $1 AND number = $2", import, _number++);
            await using var row = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, cancel);
            (_position, _length) = (0, 0);
            if (!await row.ReadAsync(cancel)) return;
            await using var data = await row.GetStreamAsync(0, cancel);
            _length = await data.ReadAtLeastAsync(_chunk, _chunk.Length, throwOnEndOfStream: false, cancel);
        }

        private int Give(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _length - _position);
            _chunk.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            counts.BytesRead = _read += count;
            return count;
        }
    }
}
