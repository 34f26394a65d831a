using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using LifeCircle.Facilities.Imports.Running;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>One JSON object a line. A bad line spoils only itself.</summary>
internal static class NdjsonRows
{
    public static async IAsyncEnumerable<ImportRow> ReadAsync(
        Stream stream, RowMembers members, [EnumeratorCancellation] CancellationToken cancel)
    {
        string[] known = [.. members.Required, .. members.Optional, .. members.Coordinates];
        var lines = new Lines(stream);
        for (long number = 1; await lines.NextAsync(cancel);)
        {
            if (lines.IsBlank) continue;
            var place = new RowPlace(number++, lines.Number, null);
            if (lines.IsTooLong) yield return RowReading.Unreadable(place, ImportRules.RowTooLong);
            else if (!Utf8.IsValid(lines.Current.Span)) yield return RowReading.Unreadable(place, ImportRules.NotUtf8);
            else
            {
                using var document = RowReading.Parse(lines.Current, out var fault);
                yield return document is null ? RowReading.Unreadable(place, ImportRules.RowUnreadable, fault.En, fault.Zh)
                    : document.RootElement.ValueKind is JsonValueKind.Object ? RowReading.JsonRow(place, document.RootElement, null, known)
                    : RowReading.Unreadable(place, ImportRules.RowUnreadable, "A line must be a JSON object.", "每行须为一个 JSON 对象。");
            }
        }
    }

    /// <summary>Lines of bytes. One that is too long is not kept, only counted.</summary>
    private sealed class Lines(Stream stream)
    {
        private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

        private byte[] _buffer = new byte[64 * 1024];
        private int _start;
        private int _end;
        private bool _final;

        public long Number { get; private set; }

        public ReadOnlyMemory<byte> Current { get; private set; }

        public bool IsTooLong { get; private set; }

        public bool IsBlank => !IsTooLong && Current.Span.Trim(" \t\r"u8).IsEmpty;

        public async ValueTask<bool> NextAsync(CancellationToken cancel)
        {
            IsTooLong = false;
            for (var searched = 0; ;)
            {
                var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
                if (newline >= 0 || _final) return Take(newline < 0 ? _end - _start : searched + newline, newline >= 0);
                searched = _end - _start;
                if (searched > RowReading.MaximumRowBytes) (IsTooLong, _start, _end, searched) = (true, 0, 0, 0);
                await FillAsync(cancel);
            }
        }

        private bool Take(int length, bool hasNewline)
        {
            if (length == 0 && !hasNewline && !IsTooLong) return false;
            IsTooLong |= length > RowReading.MaximumRowBytes;
            Current = IsTooLong ? default : _buffer.AsMemory(_start, length);
            if (Number++ == 0 && Current.Span.StartsWith(ByteOrderMark)) Current = Current[3..];
            _start += length + (hasNewline ? 1 : 0);
            return true;
        }

        private async ValueTask FillAsync(CancellationToken cancel)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            _end += read;
            _final = read == 0;
        }
    }
}
