using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using KernelMem.Addresses;
using KernelMem.Layouts;
using KernelMem.Paging;

namespace KernelMem.Tests.Paging;

/// <summary>A layout of the library by name, driven with plain numbers through its public members.</summary>
internal sealed class LayoutUnderTest
{
    private readonly Type _type;
    private readonly MethodInfo _fromRaw;
    private readonly MethodInfo _tryCreate;

    public LayoutUnderTest(ManualTable table)
    {
        _type = typeof(PtEntry).Assembly.GetTypes().Single(type => string.Equals(type.Name, table.Type, StringComparison.Ordinal));
        _fromRaw = _type.GetMethod("FromRaw")!;
        _tryCreate = _type.GetMethod("TryCreate")!;
    }

    /// <summary>The names of all properties that have a mask: the fields.</summary>
    public IReadOnlyList<string> Fields
        => [.. _type.GetProperties().Select(property => property.Name).Where(name => name != "Flags" && _type.GetField(name + "Mask") is not null)];

    public ulong Initial => RawOf(_type.GetProperty("Initial")!.GetValue(null)!);

    public ulong Read(ulong word, string field) => ToNumber(Get(word, field));

    public ulong Write(ulong word, string field, ulong value)
    {
        MethodInfo with = _type.GetMethod("With" + field)!;
        return RawOf(Invoke(with, View(word), FromNumber(with.GetParameters()[0].ParameterType, value))!);
    }

    public ulong InvalidBits(ulong word) => ToNumber(Get(word, "InvalidBits"));

    public bool IsValid(ulong word) => (bool)Get(word, "IsValid");

    public ulong InvalidBitsFor(ulong word, int width) => ToNumber(Invoke(_type.GetMethod("InvalidBitsFor")!, View(word), width)!);

    public LayoutViolation Validate(ulong word) => (LayoutViolation)_type.GetMethod("Validate", Type.EmptyTypes)!.Invoke(View(word), null)!;

    public LayoutViolation Validate(ulong word, int width) => (LayoutViolation)Invoke(_type.GetMethod("Validate", [typeof(int)])!, View(word), width)!;

    public bool CanWrite(string field) => _type.GetMethod("With" + field) is not null;

    /// <summary>Writes a field by the variant that may refuse; null when it does, and then the word must be as it was.</summary>
    public ulong? TryWrite(ulong word, string field, ulong value)
    {
        MethodInfo tryWith = _type.GetMethod("TryWith" + field)!;
        object?[] arguments = [FromNumber(tryWith.GetParameters()[0].ParameterType, value), null];
        bool isWritten = (bool)tryWith.Invoke(View(word), arguments)!;
        Assert.IsTrue(isWritten || RawOf(arguments[1]!) == word, "a word that could not be changed");
        return isWritten ? RawOf(arguments[1]!) : null;
    }

    public bool CanRefuse(string field) => _type.GetMethod("TryWith" + field) is not null;

    /// <summary>The flags that are set, as one number.</summary>
    public ulong Flags(ulong word) => ToNumber(Get(word, "Flags"));

    /// <summary>The names of the members of the flags enum, by value.</summary>
    public IReadOnlyDictionary<ulong, string> FlagNames
    {
        get
        {
            Type flags = _type.GetProperty("Flags")!.PropertyType;
            return Enum.GetNames(flags).Where(name => name != "None").ToDictionary(name => ToNumber(Enum.Parse(flags, name)));
        }
    }

    public string Text(ulong word) => View(word).ToString()!;

    public int? Level => (int?)(PageTableLevel?)_type.GetProperty("Level")?.GetValue(null);

    public bool TryCreate(ulong word) => (bool)_tryCreate.Invoke(null, [WordOf(word), null])!;

    public ulong Constant(string name) => Convert.ToUInt64(_type.GetField(name)!.GetRawConstantValue(), CultureInfo.InvariantCulture);

    public Type TypeOf(string field) => _type.GetProperty(field)!.PropertyType;

    private object Get(ulong word, string property) => _type.GetProperty(property)!.GetValue(View(word))!;

    private object View(ulong word) => _fromRaw.Invoke(null, [WordOf(word)])!;

    private object WordOf(ulong word) => Convert.ChangeType(word, _fromRaw.GetParameters()[0].ParameterType, CultureInfo.InvariantCulture);

    private ulong RawOf(object view) => ToNumber(_type.GetProperty("Value")!.GetValue(view)!);

    private static ulong ToNumber(object value) => value switch
    {
        Frame frame => frame.Start.Value,
        Frame<Size2MiB> frame => frame.Start.Value,
        Frame<Size1GiB> frame => frame.Start.Value,
        _ => Convert.ToUInt64(value, CultureInfo.InvariantCulture),
    };

    /// <summary>Frames are made without checks, so that the layout's own are seen.</summary>
    private static object FromNumber(Type type, ulong value)
    {
        if (type == typeof(Frame))
            return Frame.CreateUnchecked(PhysAddr.CreateUnchecked(value));

        if (type == typeof(Frame<Size2MiB>))
            return Frame<Size2MiB>.CreateUnchecked(PhysAddr.CreateUnchecked(value));

        if (type == typeof(Frame<Size1GiB>))
            return Frame<Size1GiB>.CreateUnchecked(PhysAddr.CreateUnchecked(value));

        return type.IsEnum ? Enum.ToObject(type, value) : Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
    }

    /// <summary>A panic is thrown as itself, not wrapped by reflection.</summary>
    private static object? Invoke(MethodInfo method, object target, object argument)
        => method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, [argument], CultureInfo.InvariantCulture);
}
