using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>What places in memory are called, for people who read a schedule.</summary>
internal sealed unsafe class MemoryNames
{
    private readonly List<Range> _ranges = [];

    /// <summary>A variable, whose fields have the names that its type gives them.</summary>
    public void Add<T>(string name, T* variable)
        where T : unmanaged
    {
        foreach (FieldInfo field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (!typeof(T).IsPrimitive && !typeof(T).IsGenericType && FieldSize(field.FieldType) is int size)
                _ranges.Add(new Range((nuint)variable + (nuint)Marshal.OffsetOf<T>(field.Name), (nuint)size, $"{name}.{field.Name}"));
        }

        Add(name, variable, sizeof(T));
    }

    public void Add(string name, void* start, int length) => _ranges.Add(new Range((nuint)start, (nuint)length, name));

    public string Of(nuint address, int size)
    {
        foreach (Range range in _ranges)
        {
            nuint offset = address - range.Start;
            if (offset < range.Length && (nuint)size <= range.Length - offset)
                return offset == 0 ? range.Name : $"{range.Name}+0x{offset:X}";
        }

        return $"0x{address:X}";
    }

    private static int? FieldSize(Type type) =>
        type.IsPrimitive && type != typeof(bool) && type != typeof(char) ? Marshal.SizeOf(type) : null;

    private readonly record struct Range(nuint Start, nuint Length, string Name);
}
