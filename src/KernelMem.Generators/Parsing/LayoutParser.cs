using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Generators.Helpers;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads a declared layout from its symbols. Errors are collected; a layout with errors is not generated.</summary>
internal sealed class LayoutParser
{
    private readonly INamedTypeSymbol _type;
    private readonly AttributeData _attribute;
    private readonly CancellationToken _cancellation;
    private readonly Location? _location;
    private readonly List<LayoutError> _errors = [];
    private readonly List<BitClaim> _claims = [];

    /// <summary>False once something could not be understood, whether the compiler reports it or we do.</summary>
    private bool _understood = true;

    private LayoutParser(INamedTypeSymbol type, AttributeData attribute, CancellationToken cancellation)
    {
        _type = type;
        _attribute = attribute;
        _cancellation = cancellation;
        _location = Locations.Of(attribute, cancellation) ?? Locations.Of(type);
    }

    public static ParsedLayout Parse(INamedTypeSymbol type, AttributeData layoutAttribute, CancellationToken cancellation)
        => new LayoutParser(type, layoutAttribute, cancellation).Parse();

    private ParsedLayout Parse()
    {
        bool canBeCompleted = ShapeChecks.Check(_type, _errors, _cancellation);
        StorageType? storage = ParseStorage();
        EntryPlace? entry = ParseEntry(out Location? entryLocation);
        LayoutModel? layout = storage is null ? null : ParseContent(storage.Value, entry, entryLocation);

        bool isSound = layout is not null && _errors.Count == 0;
        return new ParsedLayout(
            isSound ? layout : null,
            isSound || !canBeCompleted ? null : PlaceholderParser.Parse(_type, storage, entry, _cancellation),
            InSourceOrder(_errors));
    }

    private StorageType? ParseStorage()
    {
        if (_attribute.AttributeConstructor is null)
            return null; // The attribute itself does not compile, and the compiler says so.

        if (_attribute.ConstructorArguments.IsEmpty)
            return new StorageType("ulong", 64);

        var declared = _attribute.ConstructorArguments[0].Value as ITypeSymbol;
        StorageType? storage = StorageType.From(declared);
        if (storage is null && declared is not IErrorTypeSymbol)
            _errors.Add(LayoutErrors.BadStorage(_type.Name, declared?.ToDisplayString() ?? "null", _location));

        return storage;
    }

    private EntryPlace? ParseEntry(out Location? location)
    {
        AttributeData? attribute = AttributesOf(KnownNames.PageTableEntryAttribute).FirstOrDefault();
        location = attribute is null ? null : Locations.Of(attribute, _cancellation);
        EntryPlace? entry = attribute is null ? null : LevelChecks.Parse(attribute);
        _understood &= attribute is null || entry is not null;
        return entry;
    }

    /// <summary>Null where something could not be understood.</summary>
    private LayoutModel? ParseContent(StorageType storage, EntryPlace? entry, Location? entryLocation)
    {
        List<FieldModel> fields = ParseFields(storage);
        List<UnnamedBits> unnamed = ParseUnnamed(storage);
        OverlapChecks.Check(_claims, _errors);
        if (_understood)
            CoverageChecks.Check(_type.Name, storage, _claims, _location, _errors);

        var layout = new LayoutModel(
            HeaderParser.Parse(_type),
            storage,
            new NamedArguments(_attribute).IsTrue("BigEndian"),
            entry,
            fields.OrderBy(field => field.Bits.Low).ThenByDescending(field => field.Bits.High).ToEquatableArray(),
            unnamed.OrderBy(bits => bits.Bits.Low).ToEquatableArray(),
            Forbidden: default,
            OwnPartsParser.Of(_type));

        if (_understood)
            InitialChecks.CheckFields(layout, _claims, _errors);

        layout = layout with { Forbidden = ParseForbidden(layout) };
        NameChecks.Check(_type, layout, _errors);
        CheckEndian(layout);
        if (_understood && entry is { } place)
            LevelChecks.Check(layout, place, entryLocation, _errors);

        return _understood ? layout : null;
    }

    private List<FieldModel> ParseFields(StorageType storage)
    {
        var fields = new List<FieldModel>();
        foreach (IPropertySymbol property in _type.OwnMembers().OfType<IPropertySymbol>())
        {
            _cancellation.ThrowIfCancellationRequested();
            List<FieldPosition> positions = FieldParser.PositionsOf(property);
            if (positions.Count == 0)
                continue;

            FieldModel? field = FieldParser.Parse(property, positions, storage, _errors, _cancellation);
            if (field is null)
            {
                _understood = false;
                continue;
            }

            fields.Add(field);
            _claims.Add(BitClaim.Of(field, Locations.Of(property)));
        }

        return fields;
    }

    private List<UnnamedBits> ParseUnnamed(StorageType storage)
    {
        var unnamed = new List<UnnamedBits>();
        foreach (AttributeData attribute in _type.GetAttributes())
        {
            if (UnnamedBitsParser.RoleOf(attribute) is not { } role)
                continue;

            UnnamedBits? bits = UnnamedBitsParser.Parse(attribute, role, storage, _errors, _cancellation);
            if (bits is null)
            {
                _understood = false;
                continue;
            }

            unnamed.Add(bits.Value);
            _claims.Add(BitClaim.Of(bits.Value, Locations.Of(attribute, _cancellation)));
        }

        return unnamed;
    }

    private EquatableArray<ForbiddenModel> ParseForbidden(LayoutModel layout)
    {
        var forbidden = new List<ForbiddenModel>();
        foreach (AttributeData attribute in _understood ? AttributesOf(KnownNames.ForbidAttribute) : [])
        {
            ForbiddenModel? combination = ForbidParser.Parse(attribute, layout.Fields, layout.InitialValue, _errors, _cancellation);
            if (combination is null)
            {
                _understood = false;
                continue;
            }

            InitialChecks.CheckCombination(_type.Name, combination, Locations.Of(attribute, _cancellation), _errors);
            forbidden.Add(combination);
        }

        return forbidden.ToEquatableArray();
    }

    private void CheckEndian(LayoutModel layout)
    {
        if (!layout.IsBigEndian)
            return;

        if (layout.Storage.Width == 8)
            _errors.Add(LayoutErrors.EndianMismatch(_type.Name, "one byte has no order of bytes", _location));
        else if (layout.Entry is not null)
            _errors.Add(LayoutErrors.EndianMismatch(_type.Name, "the processor reads its paging structures least significant byte first", _location));
    }

    private IEnumerable<AttributeData> AttributesOf(string name)
        => _type.GetAttributes().Where(attribute => attribute.AttributeClass?.ToDisplayString() == name);

    private static List<LayoutError> InSourceOrder(List<LayoutError> errors)
        => [.. errors
            .OrderBy(error => error.Location?.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(error => error.Location?.SourceSpan.Start)
            .ThenBy(error => error.Kind)];
}
