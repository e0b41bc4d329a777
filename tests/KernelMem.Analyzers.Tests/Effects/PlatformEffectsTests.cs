using System.Linq;
using KernelMem.Analyzers.Effects;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Tests.Effects;

/// <summary>What is said of well-known members of .NET 10, against what a reader of their documentation and sources would bet.</summary>
[TestClass]
public sealed class PlatformEffectsTests
{
    private const string Members = """
        N M:System.Math.Max(System.Int32,System.Int32)
        N M:System.Math.Min(System.UInt64,System.UInt64)
        N M:System.Math.Abs(System.Int32)
        N M:System.Math.Clamp(System.Int32,System.Int32,System.Int32)
        N M:System.Math.Sqrt(System.Double)
        N M:System.Math.Pow(System.Double,System.Double)
        N M:System.Math.BigMul(System.UInt64,System.UInt64,System.UInt64@)
        N M:System.Math.DivRem(System.Int32,System.Int32)
        N M:System.Math.Floor(System.Double)
        N M:System.MathF.Sin(System.Single)
        N M:System.Numerics.BitOperations.PopCount(System.UInt64)
        N M:System.Numerics.BitOperations.LeadingZeroCount(System.UInt64)
        N M:System.Numerics.BitOperations.TrailingZeroCount(System.UInt64)
        N M:System.Numerics.BitOperations.IsPow2(System.UInt64)
        N M:System.Numerics.BitOperations.RotateLeft(System.UInt32,System.Int32)
        N M:System.Numerics.BitOperations.Log2(System.UInt64)
        N M:System.Numerics.BitOperations.RoundUpToPowerOf2(System.UInt64)
        N M:System.Threading.Interlocked.Increment(System.Int32@)
        N M:System.Threading.Interlocked.Add(System.Int64@,System.Int64)
        N M:System.Threading.Interlocked.CompareExchange(System.UInt64@,System.UInt64,System.UInt64)
        N M:System.Threading.Interlocked.CompareExchange(System.Object@,System.Object,System.Object)
        N M:System.Threading.Interlocked.CompareExchange``1(``0@,``0,``0)
        N M:System.Threading.Interlocked.Exchange(System.Int32@,System.Int32)
        N M:System.Threading.Interlocked.Or(System.UInt64@,System.UInt64)
        N M:System.Threading.Interlocked.MemoryBarrier
        N M:System.Threading.Interlocked.Read(System.Int64@)
        N M:System.Threading.Volatile.Read(System.UInt64@)
        N M:System.Threading.Volatile.Write(System.UInt64@,System.UInt64)
        N M:System.Threading.Volatile.Read``1(``0@)
        N M:System.Threading.Thread.MemoryBarrier
        N M:System.Threading.Thread.SpinWait(System.Int32)
        N M:System.Threading.Monitor.Enter(System.Object)
        N M:System.Threading.Monitor.Exit(System.Object)
        N M:System.Threading.Monitor.TryEnter(System.Object)
        A M:System.Threading.Thread.#ctor(System.Threading.ThreadStart)
        N M:System.Runtime.CompilerServices.Unsafe.As``1(System.Object)
        N M:System.Runtime.CompilerServices.Unsafe.As``2(``0@)
        N M:System.Runtime.CompilerServices.Unsafe.Add``1(``0@,System.Int32)
        N M:System.Runtime.CompilerServices.Unsafe.SizeOf``1
        N M:System.Runtime.CompilerServices.Unsafe.ReadUnaligned``1(System.Void*)
        N M:System.Runtime.CompilerServices.Unsafe.WriteUnaligned``1(System.Byte@,``0)
        N M:System.Runtime.CompilerServices.Unsafe.AsPointer``1(``0@)
        N M:System.Runtime.CompilerServices.Unsafe.CopyBlock(System.Void*,System.Void*,System.UInt32)
        N M:System.Runtime.CompilerServices.Unsafe.InitBlock(System.Void*,System.Byte,System.UInt32)
        N M:System.Runtime.CompilerServices.Unsafe.BitCast``2(``0)
        N M:System.Runtime.CompilerServices.Unsafe.IsNullRef``1(``0@)
        N M:System.Runtime.CompilerServices.RuntimeHelpers.IsReferenceOrContainsReferences``1
        N M:System.Runtime.CompilerServices.RuntimeHelpers.InitializeArray(System.Array,System.RuntimeFieldHandle)
        N M:System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(System.Object)
        A M:System.Runtime.CompilerServices.RuntimeHelpers.GetSubArray``1(``0[],System.Range)
        N M:System.Runtime.InteropServices.MemoryMarshal.AsBytes``1(System.Span{``0})
        N M:System.Runtime.InteropServices.MemoryMarshal.Cast``2(System.ReadOnlySpan{``0})
        N M:System.Runtime.InteropServices.MemoryMarshal.CreateSpan``1(``0@,System.Int32)
        N M:System.Runtime.InteropServices.MemoryMarshal.GetReference``1(System.Span{``0})
        N M:System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference``1(``0[])
        N M:System.Runtime.InteropServices.MemoryMarshal.Read``1(System.ReadOnlySpan{System.Byte})
        N M:System.Runtime.InteropServices.MemoryMarshal.TryWrite``1(System.Span{System.Byte},``0@)
        N M:System.Runtime.InteropServices.NativeMemory.Alloc(System.UIntPtr)
        N M:System.Runtime.InteropServices.NativeMemory.Free(System.Void*)
        N M:System.Runtime.InteropServices.NativeMemory.Clear(System.Void*,System.UIntPtr)
        N M:System.Runtime.InteropServices.NativeMemory.AlignedAlloc(System.UIntPtr,System.UIntPtr)
        N M:System.Runtime.InteropServices.Marshal.GetLastPInvokeError
        A M:System.Runtime.InteropServices.Marshal.PtrToStringAnsi(System.IntPtr)
        N M:System.Buffer.MemoryCopy(System.Void*,System.Void*,System.UInt64,System.UInt64)
        N M:System.Buffer.BlockCopy(System.Array,System.Int32,System.Array,System.Int32,System.Int32)
        N M:System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(System.ReadOnlySpan{System.Byte})
        N M:System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(System.Span{System.Byte},System.UInt64)
        N M:System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(System.UInt32)
        U M:System.Buffers.ArrayPool`1.Return(`0[],System.Boolean)
        A M:System.Buffers.ArrayPool`1.Rent(System.Int32)
        N M:System.Span`1.#ctor(System.Void*,System.Int32)
        N M:System.Span`1.#ctor(`0[])
        N M:System.Span`1.CopyTo(System.Span{`0})
        N M:System.Span`1.TryCopyTo(System.Span{`0})
        N M:System.Span`1.Clear
        N M:System.Span`1.Fill(`0)
        N M:System.Span`1.Slice(System.Int32,System.Int32)
        N M:System.Span`1.get_Item(System.Int32)
        N M:System.Span`1.get_Length
        N M:System.Span`1.GetEnumerator
        A M:System.Span`1.ToArray
        A M:System.Span`1.ToString
        N M:System.Span`1.op_Implicit(System.Span{`0})~System.ReadOnlySpan{`0}
        N M:System.ReadOnlySpan`1.get_Item(System.Int32)
        N M:System.ReadOnlySpan`1.op_Equality(System.ReadOnlySpan{`0},System.ReadOnlySpan{`0})
        N M:System.ReadOnlySpan`1.Enumerator.MoveNext
        N M:System.MemoryExtensions.AsSpan``1(``0[])
        N M:System.MemoryExtensions.AsSpan(System.String)
        N M:System.MemoryExtensions.Reverse``1(System.Span{``0})
        T M:System.MemoryExtensions.IndexOf``1(System.ReadOnlySpan{``0},``0)
        T M:System.MemoryExtensions.SequenceEqual``1(System.ReadOnlySpan{``0},System.ReadOnlySpan{``0})
        U M:System.MemoryExtensions.Sort``1(System.Span{``0},System.Comparison{``0})
        N M:System.Array.get_Length
        N M:System.Array.Copy(System.Array,System.Array,System.Int32)
        N M:System.Array.Clear(System.Array)
        A M:System.Array.Resize``1(``0[]@,System.Int32)
        A M:System.Array.Clone
        F M:System.Array.Empty``1
        A M:System.Array.CreateInstance(System.Type,System.Int32)
        N M:System.String.get_Length
        N M:System.String.get_Chars(System.Int32)
        N M:System.String.op_Equality(System.String,System.String)
        N M:System.String.Equals(System.String)
        N M:System.String.IsNullOrEmpty(System.String)
        N M:System.String.IndexOf(System.Char)
        N M:System.String.CompareOrdinal(System.String,System.String)
        N M:System.String.GetPinnableReference
        N M:System.String.CopyTo(System.Span{System.Char})
        A M:System.String.Concat(System.String,System.String)
        A M:System.String.Concat(System.String,System.String,System.String)
        A M:System.String.Substring(System.Int32)
        A M:System.String.Format(System.String,System.Object)
        A M:System.String.Join(System.Char,System.String[])
        A M:System.String.#ctor(System.Char,System.Int32)
        A M:System.String.ToCharArray
        A M:System.String.Replace(System.Char,System.Char)
        A M:System.String.ToUpperInvariant
        A M:System.String.Split(System.Char,System.StringSplitOptions)
        A M:System.Int32.ToString
        N M:System.Int32.CompareTo(System.Int32)
        N M:System.Int32.Equals(System.Int32)
        N M:System.Int32.GetHashCode
        UA M:System.Int32.TryFormat(System.Span{System.Char},System.Int32@,System.ReadOnlySpan{System.Char},System.IFormatProvider)
        UA M:System.Int32.Parse(System.String)
        N M:System.Int32.LeadingZeroCount(System.Int32)
        N M:System.Int128.op_Multiply(System.Int128,System.Int128)
        N M:System.UInt64.RotateLeft(System.UInt64,System.Int32)
        N M:System.Double.IsNaN(System.Double)
        N M:System.Char.IsDigit(System.Char)
        N M:System.Char.IsAsciiLetter(System.Char)
        N M:System.DateTime.get_Ticks
        N M:System.TimeSpan.FromMilliseconds(System.Int64)
        N M:System.TimeSpan.op_Addition(System.TimeSpan,System.TimeSpan)
        N M:System.Decimal.op_Addition(System.Decimal,System.Decimal)
        N M:System.Guid.op_Equality(System.Guid,System.Guid)
        A M:System.Guid.ToString
        T M:System.HashCode.Combine``2(``0,``1)
        N M:System.Nullable`1.get_Value
        N M:System.Nullable`1.GetValueOrDefault
        T M:System.Nullable`1.Equals(System.Object)
        T M:System.ValueTuple`2.Equals(System.ValueTuple{`0,`1})
        T M:System.Activator.CreateInstance``1
        N M:System.ArgumentNullException.ThrowIfNull(System.Object,System.String)
        N M:System.ArgumentNullException.ThrowIfNull(System.Void*,System.String)
        T M:System.ArgumentOutOfRangeException.ThrowIfGreaterThan``1(``0,``0,System.String)
        N M:System.ArgumentException.ThrowIfNullOrEmpty(System.String,System.String)
        N M:System.ObjectDisposedException.ThrowIf(System.Boolean,System.Object)
        N M:System.Object.#ctor
        N M:System.Object.GetType
        N M:System.Object.ReferenceEquals(System.Object,System.Object)
        A M:System.Object.MemberwiseClone
        N M:System.GC.KeepAlive(System.Object)
        N M:System.GC.SuppressFinalize(System.Object)
        A M:System.GC.AllocateUninitializedArray``1(System.Int32,System.Boolean)
        N M:System.Environment.get_CurrentManagedThreadId
        A M:System.Environment.get_StackTrace
        A M:System.Collections.Generic.List`1.Add(`0)
        N M:System.Collections.Generic.List`1.get_Item(System.Int32)
        N M:System.Collections.Generic.List`1.get_Count
        N M:System.Collections.Generic.List`1.Clear
        N M:System.Collections.Generic.List`1.GetEnumerator
        N M:System.Collections.Generic.List`1.Enumerator.MoveNext
        F M:System.Collections.Generic.List`1.#ctor
        A M:System.Collections.Generic.List`1.ToArray
        UT M:System.Collections.Generic.Dictionary`2.TryGetValue(`0,`1@)
        UT M:System.Collections.Generic.Dictionary`2.ContainsKey(`0)
        A M:System.Collections.Generic.Dictionary`2.Add(`0,`1)
        N M:System.Collections.Generic.Dictionary`2.GetEnumerator
        A M:System.Collections.Generic.Queue`1.Enqueue(`0)
        N M:System.Collections.Generic.Queue`1.Dequeue
        F M:System.Collections.Generic.EqualityComparer`1.get_Default
        A M:System.Linq.Enumerable.Where``1(System.Collections.Generic.IEnumerable{``0},System.Func{``0,System.Boolean})
        A M:System.Linq.Enumerable.ToList``1(System.Collections.Generic.IEnumerable{``0})
        A M:System.Text.StringBuilder.Append(System.String)
        A M:System.Text.StringBuilder.ToString
        N M:System.Text.StringBuilder.get_Length
        A M:System.BitConverter.GetBytes(System.Int32)
        N M:System.BitConverter.DoubleToInt64Bits(System.Double)
        N M:System.Runtime.Intrinsics.Vector128.Create(System.Int32)
        N M:System.Runtime.Intrinsics.X86.Sse2.Add(System.Runtime.Intrinsics.Vector128{System.Int32},System.Runtime.Intrinsics.Vector128{System.Int32})
        N M:System.Runtime.Intrinsics.X86.X86Base.CpuId(System.Int32,System.Int32)
        N M:System.Diagnostics.Stopwatch.GetTimestamp
        A M:System.Console.WriteLine(System.String)
        A M:System.IO.File.ReadAllText(System.String)
        A M:System.Delegate.Combine(System.Delegate,System.Delegate)
        U M:System.Action.Invoke
        A M:System.Enum.ToString
        N M:System.Enum.HasFlag(System.Enum)
        """;

    private static readonly Compilation s_compilation = Catalog.Compile("");

    [TestMethod]
    public void The_verdicts_on_well_known_members_are_the_expected_ones()
    {
        EffectsCatalog catalog = Catalog.Of(s_compilation);
        string[] wrong = [.. Members.Split('\n').Select(line => Check(catalog, line.Trim())).OfType<string>()];

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    /// <summary>Waiting is what the name says.</summary>
    [TestMethod]
    [DataRow("M:System.Threading.Monitor.Enter(System.Object)", 'A')]
    [DataRow("M:System.Threading.Thread.Sleep(System.Int32)", 'A')]
    [DataRow("M:System.Threading.Thread.Join", 'A')]
    [DataRow("M:System.Threading.SemaphoreSlim.Wait", 'A')]
    [DataRow("M:System.Threading.Tasks.Task.Wait", 'A')]
    [DataRow("M:System.Threading.SpinWait.SpinOnce", 'A')]
    [DataRow("M:System.Threading.Interlocked.Increment(System.Int32@)", 'N')]
    [DataRow("M:System.Threading.Monitor.TryEnter(System.Object)", 'N')]
    [DataRow("M:System.Span`1.CopyTo(System.Span{`0})", 'N')]
    [DataRow("M:System.String.Concat(System.String,System.String)", 'N')]
    public void Who_waits(string id, char expected)
    {
        Assert.IsTrue(Catalog.Of(s_compilation).TryGet(Catalog.Member(s_compilation, id), out MemberEffects effects));
        Assert.AreEqual(expected, EffectLetters.Of(effects.Blocks), effects.Reason);
    }

    [TestMethod]
    [DataRow("M:System.ArgumentNullException.ThrowIfNull(System.Object,System.String)", 'A')]
    [DataRow("M:System.Span`1.Slice(System.Int32)", 'A')]
    [DataRow("M:System.Math.Max(System.Int32,System.Int32)", 'N')]
    [DataRow("M:System.Threading.Interlocked.Increment(System.Int32@)", 'N')]
    [DataRow("M:System.Numerics.BitOperations.PopCount(System.UInt64)", 'N')]
    [DataRow("M:System.Runtime.CompilerServices.Unsafe.Add``1(``0@,System.Int32)", 'N')]
    public void Who_throws(string id, char expected)
    {
        Assert.IsTrue(Catalog.Of(s_compilation).TryGet(Catalog.Member(s_compilation, id), out MemberEffects effects));
        Assert.AreEqual(expected, EffectLetters.Of(effects.Throws), effects.Reason);
    }

    /// <summary>A line is a documentation id behind the letters of the verdicts that will do.</summary>
    private static string? Check(EffectsCatalog catalog, string line)
    {
        string[] parts = line.Split(' ');
        if (!catalog.TryGet(Catalog.Member(s_compilation, parts[1]), out MemberEffects effects))
            return "not found: " + parts[1];

        char letter = EffectLetters.Of(effects.Allocates);
        return parts[0].Contains(letter) ? null : $"{parts[1]} is {letter} ({effects.Reason}), not {parts[0]}";
    }
}
